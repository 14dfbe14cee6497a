import { compareLinters, renderComparison } from './compare.ts';
import type { Said } from './linter.ts';

const said = (rule: string, logicalId: string | undefined): Said => ({ file: 'a.yaml', logicalId, rule, message: '' });

const comparison = compareLinters([
  { name: 'bitclouded', said: [said('ebs-encrypted', 'Disk'), said('gp3', 'Disk'), said('no-exports', undefined)] },
  { name: 'cdk-nag', said: [said('AwsSolutions-EC26', 'Disk'), said('AwsSolutions-S1', 'Data')] },
  { name: 'cfn-lint', said: [said('E3002', 'Data'), said('E3002', 'Data')] },
  { name: 'cloudformation-validate', said: [said('F3002', 'Data')] },
]);
const of = (name: string) => comparison.linters.find((linter) => linter.name === name)!;

test('linters meet where they speak of the same thing at the same resource', () => {
  expect(of('bitclouded').shared.get('cdk-nag')).toBe(1);
  expect(of('cfn-lint').shared.get('cloudformation-validate')).toBe(1);
  expect(of('bitclouded').shared.get('cfn-lint')).toBe(0);
});

test('what only one found is alone, and what it says twice is one matter', () => {
  expect(of('bitclouded')).toMatchObject({ findings: 3, matters: 3, mattersAlone: 2, resources: 1, resourcesAlone: 0 });
  expect(of('cdk-nag')).toMatchObject({ findings: 2, matters: 2, mattersAlone: 1, resources: 2, resourcesAlone: 0 });
  expect(of('cfn-lint')).toMatchObject({ findings: 2, matters: 1, mattersAlone: 0 });
  expect(comparison).toMatchObject({ matters: 5, resources: 2 });
});

test('the table has a line for each linter and one for all', () => {
  const lines = renderComparison(comparison).split('\n');
  expect(lines).toHaveLength(6);
  expect(lines[1]).toMatch(/^bitclouded +3 +1 +0 +3 +2 +- +1 +0 +0$/);
  expect(lines[5]).toMatch(/^all together +2 +5$/);
});
