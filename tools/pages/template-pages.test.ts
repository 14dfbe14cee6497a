import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Exception } from '@bitclouded/documents';
import { exceptionsSection } from './exceptions-section.ts';
import { templatePages } from './template-pages.ts';
import { withSection } from './with-section.ts';

const EXCEPTION: Exception = {
  logicalId: 'Topic',
  standard: 'no-confused-deputy',
  reason: 'EventBridge sends nothing | that a condition could read',
  review: '2027-12-01',
};
const PAGE = '# a/b\n\nA thing.\n\n## Cost\n\nNothing.\n\n## Limits\n\nNone.\n';

test('each template shows its wiring, what changes do and what it is excused from (else: npm run pages)', async () => {
  const pages = await templatePages(process.cwd());
  expect(pages.size).toBeGreaterThan(0);
  for (const [path, text] of pages)
    expect({ path, text: readFileSync(join(process.cwd(), path), 'utf8') }).toEqual({ path, text });
});

test('exceptions are a table with a link to each standard; without any there is none', () => {
  expect(exceptionsSection([EXCEPTION])).toMatch(
    /\n\| `Topic` {2}\| \[no-confused-deputy\]\(\.\.\/\.\.\/\.\.\/\.\.\/docs\/standards\/no-confused-deputy\.md\) \| EventBridge sends nothing \\\| that a condition could read \| 2027-12-01 {6}\|$/,
  );
  expect(exceptionsSection([])).toBeUndefined();
});

describe('withSection', () => {
  it('adds it at the end', () => {
    expect(withSection(PAGE, '## Exceptions', 'Few.')).toBe(`${PAGE}\n## Exceptions\n\nFew.\n`);
  });

  it('renews it where it stands, and takes it away with its body', () => {
    const moved = PAGE.replace('## Limits', '## Exceptions\n\nOld words.\n\n## Limits');
    expect(withSection(moved, '## Exceptions', 'Few.')).toBe(moved.replace('Old words.', 'Few.'));
    expect(withSection(moved, '## Exceptions', undefined)).toBe(PAGE);
  });

  it('leaves sections alone whose headings begin alike', () => {
    const alike = PAGE.replace('## Limits', '## Exceptions of others\n\nOld words.\n\n## Limits');
    expect(withSection(alike, '## Exceptions', undefined)).toBe(alike);
  });

  it('changes nothing the second time', () => {
    const once = withSection(PAGE, '## Exceptions', 'Few.');
    expect(withSection(once, '## Exceptions', 'Few.')).toBe(once);
    expect(withSection(PAGE, '## Exceptions', undefined)).toBe(PAGE);
  });
});
