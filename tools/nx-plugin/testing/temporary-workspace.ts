import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The repository's own root. Jest runs there. */
export const repository = resolve();

const made: string[] = [];
afterAll(() => {
  for (const root of made) rmSync(root, { recursive: true });
});

/**
 * A folder with these files, which sees the repository's packages; it goes when the tests of the file are through.
 * @param files path → text
 */
export function temporaryWorkspace(files: Readonly<Record<string, string>>): string {
  // The real path: what fails in it is reported by the real path.
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'nx plugin ')));
  made.push(root);
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  writeFiles(root, { 'package.json': '{"type":"module"}\n', ...files });
  return root;
}

export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
