import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPaths } from './paths.ts';
import { runProgram } from './run-program.ts';

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];

/** Clones the repository's commit into a new folder of `parent`, with its dependencies and its own packages. */
export async function cloneRepository(parent: string, name: string): Promise<string> {
  const { repository } = findPaths();
  const folder = join(parent, name);
  await succeed('git', ['clone', '--quiet', '--no-hardlinks', repository, folder], parent);
  installFrom(repository, folder);
  return folder;
}

/** Replaces a text in a file of a clone, wherever it stands. */
export function change(folder: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(folder, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(join(folder, file), text.replaceAll(from, to));
}

/** Commits what was changed in a clone, with a changeset, and makes the next version of it. */
export async function nextVersion(folder: string, bump: string, summary: string): Promise<void> {
  const name = summary.toLowerCase().replace(/[^a-z]+/g, '-');
  writeFileSync(join(folder, '.changeset', `${name}.md`), `---\n"@bitclouded/release": ${bump}\n---\n\n${summary}.\n`);
  await commit(folder, summary);
  await succeed('node', ['release/bin.ts', 'version'], folder);
  await commit(folder, 'Version');
}

/** Runs a program that must succeed. @returns what it printed */
export async function succeed(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { exitCode, failure, stdout, stderr } = await runProgram(program, args, {
    cwd,
    env: { NX_DAEMON: 'false', ...env },
  });
  if (exitCode !== 0)
    throw new Error(`${program} ${args.join(' ')} ended with ${exitCode ?? failure}:\n${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

async function commit(folder: string, message: string): Promise<void> {
  await succeed('git', [...AUTHOR, 'add', '--all'], folder);
  await succeed('git', [...AUTHOR, 'commit', '--quiet', '-m', message], folder);
}

function installFrom(repository: string, folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@bitclouded'), { recursive: true });
  for (const name of readdirSync(join(repository, 'node_modules')))
    if (name !== '@bitclouded') symlinkSync(join(repository, 'node_modules', name), join(modules, name));
  const { workspaces } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { workspaces: string[] };
  for (const workspace of workspaces) {
    const { name } = JSON.parse(readFileSync(join(folder, workspace, 'package.json'), 'utf8')) as { name: string };
    symlinkSync(join(folder, workspace), join(modules, name));
  }
}
