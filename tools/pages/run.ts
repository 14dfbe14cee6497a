import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { standardsPages } from './standards-pages.ts';
import { templatePages } from './template-pages.ts';

/** `npm run pages`: writes the pages that are made from code. */
const repository = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(repository, 'docs/standards');
const pages = await standardsPages(repository);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of pages) writeFileSync(join(folder, name), text);
console.log(`${pages.size} pages in docs/standards`);
const readmes = await templatePages(repository);
for (const [path, text] of readmes) writeFileSync(join(repository, path), text);
console.log(`${readmes.size} pages of templates`);
