import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Run, runIn } from '../version/run.ts';

/** Writes files below a folder, by their paths. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text);
  }
}

/** `release/package.json` with a version. */
export const packageOf = (version: string): Readonly<Record<string, string>> => ({
  'release/package.json': `${JSON.stringify({ name: '@bitclouded/release', version, private: true }, null, 2)}\n`,
});

/** Changesets' configuration, and one changeset for each bump. */
export function changesetFiles(...bumps: readonly string[]): Readonly<Record<string, string>> {
  const changesets = bumps.map((bump, i) => [
    `.changeset/change-${i}.md`,
    `---\n"@bitclouded/release": ${bump}\n---\n\nWhat a ${bump} brings.\n`,
  ]);
  return {
    '.changeset/config.json':
      '{"changelog":false,"commit":false,"format":false,"privatePackages":{"version":true,"tag":false}}\n',
    ...Object.fromEntries(changesets),
  };
}

/** Git in a folder, as somebody whom no configuration of this machine reaches. Fails when git does. */
export function gitIn(folder: string): (...args: string[]) => Promise<string> {
  const run: Run = runIn(folder);
  return async (...args) => {
    const { exitCode, stdout, stderr } = await run('git', [
      '-c',
      'user.name=Test',
      '-c',
      'user.email=test@example.com',
      '-c',
      'commit.gpgsign=false',
      '-c',
      'protocol.file.allow=always',
      ...args,
    ]);
    if (exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
}
