import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositoryFile } from './violation.ts';

/** Every file that git does not ignore, committed or not, in code-unit order. Needs a clone: git knows what belongs to the repository. */
export function repositoryFiles(): RepositoryFile[] {
  const root = git('rev-parse', '--show-toplevel').trim();
  const paths = git('-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate');
  return paths
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
