import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exception } from '@bitclouded/documents';
import { templatePages, withExceptions } from './template-pages.ts';

const EXCEPTION: Exception = {
  logicalId: 'Topic',
  standard: 'no-confused-deputy',
  reason: 'EventBridge sends nothing | that a condition could read',
  review: '2027-12-01',
};
const PAGE = '# a/b\n\nA thing.\n\n## Cost\n\nNothing.\n\n## Limits\n\nNone.\n';

test('each template shows in its page what it is excused from (else: npm run pages)', async () => {
  const pages = await templatePages(process.cwd());
  expect(pages.size).toBeGreaterThan(0);
  for (const [path, text] of pages)
    expect({ path, text: readFileSync(join(process.cwd(), path), 'utf8') }).toEqual({ path, text });
});

describe('withExceptions', () => {
  it('adds them at the end, with a link to the standard', () => {
    const page = withExceptions(PAGE, [EXCEPTION]);
    expect(page.startsWith(PAGE)).toBe(true);
    expect(page).toContain('## Exceptions\n');
    expect(page).toMatch(
      /\n\| `Topic` {2}\| \[no-confused-deputy\]\(\.\.\/\.\.\/\.\.\/\.\.\/docs\/standards\/no-confused-deputy\.md\) \| EventBridge sends nothing \\\| that a condition could read \| 2027-12-01 {6}\|\n$/,
    );
  });

  it('renews them where they stand, and takes them away with the last', () => {
    const moved = PAGE.replace('## Limits', '## Exceptions\n\nOld words.\n\n## Limits');
    expect(withExceptions(moved, [EXCEPTION]).indexOf('## Exceptions')).toBe(PAGE.indexOf('## Limits'));
    expect(withExceptions(moved, [EXCEPTION])).not.toContain('Old words');
    expect(withExceptions(moved, [])).toBe(PAGE);
  });

  it('changes nothing the second time', () => {
    const once = withExceptions(PAGE, [EXCEPTION]);
    expect(withExceptions(once, [EXCEPTION])).toBe(once);
    expect(withExceptions(PAGE, [])).toBe(PAGE);
  });
});
