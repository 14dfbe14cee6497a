import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { standardsPages } from './standards-pages.ts';

test('docs/standards says what the standards say (else: npm run pages)', async () => {
  const pages = await standardsPages(process.cwd());
  const folder = join(process.cwd(), 'docs/standards');
  expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages)
    expect({ name, text: readFileSync(join(folder, name), 'utf8') }).toEqual({ name, text });
});
