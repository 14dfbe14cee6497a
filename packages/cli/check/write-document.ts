import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from '../cli-error.ts';
import type { Surroundings } from '../surroundings.ts';

/**
 * Writes a document to a file, or as the result.
 * @throws CliError output-unwritable
 */
export async function writeDocument(
  document: unknown,
  path: string | undefined,
  { terminal, cwd }: Surroundings,
): Promise<void> {
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (path === undefined) {
    terminal.out(text);
    return;
  }
  try {
    await writeFile(resolve(cwd, path), text);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EISDIR' && code !== 'EACCES' && code !== 'ENOTDIR' && code !== 'EROFS')
      throw cause;
    throw new CliError(
      {
        code: 'output-unwritable',
        where: `--output ${path}`,
        received:
          { ENOENT: 'no such folder', ENOTDIR: 'no such folder', EISDIR: 'a folder' }[code as string] ?? 'no right',
        expected: 'a file that may be written',
        remedy: 'correct the path',
      },
      { cause },
    );
  }
}
