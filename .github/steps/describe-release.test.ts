import type { Plan } from '@bitclouded/documents';
import { describeRelease } from './describe-release.ts';

const plan: Plan = {
  schema: 'bitclouded.plan/1',
  host: 'local',
  version: '1.5.0',
  comparedWith: '1.4.0',
  requiredBump: 'minor',
  distSha256: 'a'.repeat(64),
  units: [
    {
      kind: 'lambda',
      name: 'governor',
      verdict: 'safe',
      reasons: ['its code changed'],
      dependents: ['template:logs/store'],
    },
    { kind: 'template', name: 'net/vpc', verdict: 'unchanged', reasons: [], dependents: [] },
  ],
  removed: [{ kind: 'image', name: 'old' }],
};
const manifest = 'b'.repeat(64);

describe('describeRelease', () => {
  it('shows version, host, manifest and what it is compared with', () => {
    const text = describeRelease(plan, manifest);
    expect(text).toContain('## 1.5.0 on local');
    expect(text).toContain(`Manifest \`${manifest}\``);
    expect(text).toContain('Compared with 1.4.0. The change asks for: minor.');
  });

  it('names what changed with its verdict, why, and who depends on it; counts the rest', () => {
    const text = describeRelease(plan, manifest);
    expect(text).toContain('| lambda governor | safe | its code changed | template:logs/store |');
    expect(text).not.toContain('vpc');
    expect(text).toContain('Unchanged units: 1');
    expect(text).toContain('- removed: image old');
  });

  it('says that a first release is compared with nothing', () => {
    expect(describeRelease({ ...plan, comparedWith: null }, manifest)).toContain('Compared with nothing');
  });

  it('lets no reason become a cell, a link, a mention or markup', () => {
    const reasons = ['a | b\n## [approve](https://example.com) <img src=x> @everyone `code`'];
    const [row] = describeRelease({ ...plan, units: [{ ...plan.units[0]!, reasons }] }, manifest)
      .split('\n')
      .filter((line) => line.startsWith('| lambda'));
    expect(row!.split('|')).toHaveLength(6);
    expect(row).not.toMatch(/[<>`@[\]#(]+(?!\d+;)/);
    expect(row).toContain('&#91;approve&#93;');
  });

  it('stays within what the page takes', () => {
    const unit = { ...plan.units[0]!, reasons: ['x'.repeat(1000)] };
    const text = describeRelease({ ...plan, units: Array.from({ length: 600 }, () => unit) }, manifest);
    expect(text.length).toBeLessThan(1_000_000);
    expect(text).toContain('Changed units beside these: 100');
  });
});
