import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { standardNames } from '../load-standards.ts';
import { cloudformationValidate } from './cloudformation-validate.ts';
import { peerNames, rulesLike, sharedRule, standardsLike } from './same-rules.ts';

const names = standardNames(join(__dirname, '../rules'));
/** Rules that cfn-lint alone has, of those that it otherwise shares with AWS's validator. */
const OF_CFN_LINT_ALONE = ['E2010', 'E2011', 'E3035', 'E3720', 'E6010', 'E7010'];

const likenesses = (peer: (typeof peerNames)[number]) => [...new Set(names.flatMap((name) => rulesLike(name, peer)))];

describe('the rules that speak of the same thing', () => {
  it('are of standards that exist, and lead back to them', () => {
    for (const peer of peerNames) {
      const rules = likenesses(peer);
      expect(rules.length).toBeGreaterThan(10);
      for (const rule of rules)
        for (const standard of standardsLike(peer, rule)) {
          expect(names).toContain(standard);
          expect(rulesLike(standard, peer)).toContain(rule);
        }
    }
    expect(standardsLike('cdk-nag', 'AwsSolutions-EC26')).toEqual(['ebs-encrypted']);
    expect(standardsLike('cfn-lint', 'E3012')).toEqual([]);
  });

  it('exist in the pack AwsSolutions of cdk-nag', () => {
    const readme = createRequire(__filename).resolve('cdk-nag/package.json').replace('package.json', 'RULES.md');
    const known = new Set(readFileSync(readme, 'utf8').match(/AwsSolutions-[A-Z0-9]+/g));
    for (const rule of likenesses('cdk-nag')) expect(known).toContain(rule);
  });

  it("exist in AWS's validator", () => {
    const known = cloudformationValidate([process.cwd()], { notes: true }).rules();
    expect(known.length).toBeGreaterThan(300);
    const missing = likenesses('cloudformation-validate').filter((rule) => !known.includes(rule));
    expect(missing.sort()).toEqual(OF_CFN_LINT_ALONE);
  });
});

test.each([
  ['cfn-lint', 'E3002', 'lint/E3002'],
  ['cloudformation-validate', 'F3002', 'lint/E3002'],
  ['cloudformation-validate', 'F3016', 'lint/F3016'],
  ['cloudformation-validate', 'F0004', 'lint/F0004'],
  ['cdk-nag', 'AwsSolutions-S1', 'cdk-nag/AwsSolutions-S1'],
] as const)('%s calls %s what is also called %s', (peer, rule, shared) => {
  expect(sharedRule(peer, rule)).toBe(shared);
});
