import { outputNames } from './output-names.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const template = (name: string, outputs: string) => ({
  path: `packages/templates/${name}/template.ts`,
  text: `export default defineTemplate({ name: '${name}',\n  ${outputs} });`,
});

describe('output names are unique in the catalogue', () => {
  it('in the repository', () => {
    expect(describeViolations(outputNames(repositoryFiles()))).toEqual([]);
  });

  it('refuses the second owner of a name', () => {
    const files = [
      template('a/one', "outputs: { KeyArn: output.keyArn('x') }"),
      template('a/two', "outputs: { VpcId: output.vpcId('x'), KeyArn: output.keyArn('y') }"),
    ];
    expect(describeViolations(outputNames(files))).toEqual([
      'packages/templates/a/two/template.ts:2: KeyArn, an output of a/one, too — rename one of them',
    ]);
  });

  it.each(['outputs: { ...more }', 'outputs: { [name]: x }', 'outputs', 'outputs: more', 'summary: 1'])(
    'refuses names that it cannot see: %s',
    (outputs) => expect(outputNames([template('a/one', outputs)])).toHaveLength(1),
  );

  it('takes different names, and a template without outputs', () => {
    const files = [
      template('a/one', 'outputs: { A: x }'),
      template('a/two', 'outputs: { B: x }'),
      template('a/c', 'outputs: {}'),
    ];
    expect(outputNames(files)).toEqual([]);
  });
});
