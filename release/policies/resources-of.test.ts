import { LOGS_STORE } from '../testing/write-dist.ts';
import { resourcesOf } from './resources-of.ts';

const read = (text: string) => resourcesOf(text, 'a template').map(({ type, properties }) => [type, properties()]);

const PARSED = [
  [
    'AWS::Lambda::Function',
    {
      Code: {
        S3Bucket: { 'Fn::FindInMap': ['Artifacts', { Ref: 'AWS::Region' }, 'Bucket'] },
        S3Key: { 'Fn::FindInMap': ['Artifacts', 'log-governor', 'Key'] },
      },
    },
  ],
  ['AWS::Logs::LogGroup', { RetentionInDays: '30' }],
];

test('reads the resources of a template as builds write it', () => {
  expect(read(LOGS_STORE)).toEqual(PARSED);
});

test('reads the same of JSON, of windows line ends, and of a template with anchors', () => {
  const json = JSON.stringify({
    Resources: { A: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 30 } }, B: { Type: 'Custom::B' } },
  });
  expect(read(json)).toEqual([
    ['AWS::Logs::LogGroup', { RetentionInDays: '30' }],
    ['Custom::B', {}],
  ]);
  expect(read(LOGS_STORE.replaceAll('\n', '\r\n'))).toEqual(PARSED);
  const anchors =
    'Resources:\n  A:\n    Type: X\n    Properties: &p\n      K: v\n  B:\n    Type: Y\n    Properties: *p\n';
  expect(read(anchors)).toEqual([
    ['X', { K: 'v' }],
    ['Y', { K: 'v' }],
  ]);
});

test('has nothing to say of a template without resources', () => {
  expect(read('Description: none\n')).toEqual([]);
});
