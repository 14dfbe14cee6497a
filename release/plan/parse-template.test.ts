import { parseTemplate } from './parse-template.ts';

test('short and long functions, and YAML and JSON, are the same', () => {
  const short = `
Resources:
  A:
    Condition: HasA
    Properties:
      B: !Ref X
      C: !GetAtt A.Outputs.D
      E: !If [HasA, !Sub 'x \${Y}', !Join ['', [a, 1, yes]]]
      F: {Condition: !Condition HasB}
`;
  const long = {
    Resources: {
      A: {
        Properties: {
          F: { Condition: { Condition: 'HasB' } },
          E: { 'Fn::If': ['HasA', { 'Fn::Sub': 'x ${Y}' }, { 'Fn::Join': ['', ['a', '1', 'yes']] }] },
          C: { 'Fn::GetAtt': 'A.Outputs.D' },
          B: { Ref: 'X' },
        },
        Condition: 'HasA',
      },
    },
  };
  expect(parseTemplate(short)).toEqual(parseTemplate(JSON.stringify(long)));
  expect(parseTemplate(short)).toMatchObject({
    Resources: { A: { Properties: { C: { 'Fn::GetAtt': ['A', 'Outputs.D'] } } } },
  });
});

test('a repeated part is the same as its anchor', () => {
  expect(parseTemplate('A: &x {b: c}\nD: *x\n')).toEqual({ A: { b: 'c' }, D: { b: 'c' } });
});

test('what is no YAML is named', () => {
  expect(() => parseTemplate('Resources: [', 'template a/b')).toThrow(
    expect.objectContaining({
      code: 'template-not-yaml',
      faults: [expect.objectContaining({ where: 'template a/b' })],
    }),
  );
});
