import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../read-files.ts';
import { ReleaseError } from '../release-error.ts';
import { type PendingChanges, readChangesets } from '../version/read-changesets.ts';
import type { Run } from '../version/run.ts';
import { addEntry } from './changelog-entry.ts';

export interface VersionedChanges {
  readonly version: string;
  /** How many changes the entry of the changelog lists. */
  readonly changes: number;
}

/**
 * Turns the waiting changesets into the next version: an entry in `CHANGELOG.md`, the version in
 * `release/package.json`, and the same in `package-lock.json`. It needs no network: the lock is edited in place,
 * because npm would resolve the whole tree anew, and drop what its registry does not carry for other platforms.
 * @param run runs programs in the repository
 * @throws ReleaseError `nothing-to-version`, `version-failed`, and those of `readChangesets`
 */
export async function nextVersion(
  repository: string,
  run: Run,
  changesets: (repository: string) => Promise<PendingChanges | undefined> = readChangesets,
): Promise<VersionedChanges> {
  const pending = await changesets(repository);
  if (pending === undefined)
    throw new ReleaseError({
      code: 'nothing-to-version',
      where: join(repository, '.changeset'),
      received: 'no change that waits for a version',
      expected: 'at least one changeset',
      remedy: 'describe what changed: npx changeset add',
    });
  // The entry comes first: changesets deletes what it is made from.
  const changelog = join(repository, 'CHANGELOG.md');
  await writeFile(changelog, addEntry(String((await readIfThere(changelog)) ?? ''), pending));
  await raiseVersion(repository, run, pending.version);
  await raiseLock(repository, pending.version);
  return { version: pending.version, changes: pending.changes.length };
}

async function raiseVersion(repository: string, run: Run, version: string): Promise<void> {
  const program = join(repository, 'node_modules/@changesets/cli/bin.js');
  const { exitCode, stdout, stderr } = await run(process.execPath, [program, 'version']);
  const { version: raised } = JSON.parse(await readFile(join(repository, 'release/package.json'), 'utf8'));
  if (exitCode === 0 && raised === version) return;
  throw new ReleaseError({
    code: 'version-failed',
    where: 'changeset version',
    received: exitCode === 0 ? `version ${raised}` : `exit code ${exitCode}: ${(stderr + stdout).trim()}`,
    expected: `version ${version}`,
    remedy: 'run npx changeset version yourself, and follow what it says',
  });
}

async function raiseLock(repository: string, version: string): Promise<void> {
  const path = join(repository, 'package-lock.json');
  const lock = JSON.parse(await readFile(path, 'utf8')) as { packages: Record<string, { version?: string }> };
  const entry = lock.packages.release;
  if (entry === undefined || entry.version === version) return;
  entry.version = version;
  await writeFile(path, `${JSON.stringify(lock, null, 2)}\n`);
}
