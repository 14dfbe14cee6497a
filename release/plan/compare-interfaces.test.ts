import type { InterfaceParameter, TemplateInterface } from '@bitclouded/documents';
import { templateInterface } from '../testing/write-dist.ts';
import { compareInterfaces } from './compare-interfaces.ts';

const parameter = (more: Partial<InterfaceParameter> = {}): InterfaceParameter => ({
  name: 'Size',
  kind: 'text',
  type: 'String',
  description: 'How large',
  group: 'Size',
  label: 'Size',
  secret: false,
  ...more,
});
const output = { name: 'VpcId', kind: 'vpcId', description: 'The VPC' } as const;
const face = (more: Partial<TemplateInterface>) => templateInterface('networking/vpc', more);
const compare = (before: Partial<TemplateInterface>, after: Partial<TemplateInterface>) =>
  compareInterfaces(face(before), face(after)).map(({ severity, reason, additive }) => [
    severity,
    reason,
    additive ?? false,
  ]);
const compareParameter = (before: Partial<InterfaceParameter>, after: Partial<InterfaceParameter>) =>
  compare({ parameters: [parameter(before)] }, { parameters: [parameter(after)] });

test('parameters and outputs that go break, and those that come are new', () => {
  expect(compare({ parameters: [parameter()], outputs: [output] }, {})).toEqual([
    ['breaking', 'Parameter Size is gone', false],
    ['breaking', 'Output VpcId is gone', false],
  ]);
  expect(compare({}, { parameters: [parameter({ default: '' })], outputs: [output] })).toEqual([
    ['safe', 'Parameter Size is new', true],
    ['safe', 'Output VpcId is new', true],
  ]);
  expect(compare({}, { parameters: [parameter()] })).toEqual([
    ['breaking', 'Parameter Size is new and has no default', false],
  ]);
  expect(compare({ outputs: [output] }, { outputs: [{ ...output, kind: 'text' }] })).toEqual([
    ['breaking', 'Output VpcId is a text, and was a vpcId', false],
  ]);
});

test.each<[Partial<InterfaceParameter>, Partial<InterfaceParameter>, string]>([
  [{}, { kind: 'port' }, 'is a port, and was a text'],
  [{}, { type: 'Number' }, 'has the type Number, and had String'],
  [{ default: 'x' }, {}, 'has no default any more'],
  [{}, { allowedValues: ['a'] }, 'takes only a any more'],
  [{ allowedValues: ['a', 'b'] }, { allowedValues: ['b', 'c'] }, 'no longer takes a'],
  [{}, { allowedPattern: '.+' }, 'must match .+, which may refuse what was taken'],
  [{ minimum: 1 }, { minimum: 2 }, 'must be at least 2'],
  [{}, { maximum: 9 }, 'must be at most 9'],
])('%j → %j breaks', (before, after, what) => {
  expect(compareParameter(before, after)).toEqual([['breaking', `Parameter Size ${what}`, false]]);
});

test.each<[Partial<InterfaceParameter>, Partial<InterfaceParameter>]>([
  [{ allowedValues: ['a'] }, { allowedValues: ['a', 'b'] }],
  [{ allowedValues: ['a'] }, {}],
  [{ allowedPattern: '.+' }, {}],
  [{ minimum: 2, maximum: 3 }, { minimum: 1 }],
  [{}, { description: 'How big' }],
])('%j → %j is no change for whoever has a stack', (before, after) => {
  expect(compareParameter(before, after)).toEqual([]);
});

test('another default and another source are safe', () => {
  expect(compareParameter({}, { default: 'x' })[0]![0]).toBe('safe');
  const wiring = { template: 'networking/vpc', output: 'VpcId', grade: 'optional' } as const;
  expect(compareParameter({}, { wiring })).toEqual([
    ['safe', 'Parameter Size comes from networking/vpc VpcId, and no longer from nowhere', false],
  ]);
});

test('what a template asks of its environment breaks when it changes', () => {
  expect(
    compare({}, { scope: 'account', instance: 'per consumer', requires: { 'datastore/rds': { Engine: 'mysql' } } }),
  ).toEqual([
    ['breaking', 'One instance suffices for each account, and was for each environment', false],
    ['breaking', 'Its instances are per consumer, and were shared', false],
    ['breaking', 'It asks that datastore/rds has mysql as its Engine', false],
  ]);
});
