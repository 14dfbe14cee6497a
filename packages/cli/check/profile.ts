import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  type BuiltInProfile,
  builtInProfiles,
  type Chosen,
  catalogueStandard,
  choose,
  loadStandards,
  type Severity,
  standardNames,
} from '@bitclouded/standards';
import { CliError } from '../cli-error.ts';
import type { Surroundings } from '../surroundings.ts';

/** What marks a folder as a BitClouded repository, ours or a fork. */
const REPOSITORY_MARK = 'bitclouded.config.ts';

export interface Choice {
  /** The profile as reports name it. */
  readonly profile: string;
  readonly standards: readonly Chosen[];
  /** Every standard that an exception may be from. */
  readonly known: ReadonlySet<string>;
  /** How grave it is where templates do not fit each other; undefined where that is not asked. */
  readonly catalogue: Severity | undefined;
}

/**
 * Loads the standards that a profile chooses.
 * @param given `public`, `all`, a file's path, or undefined for what suits the place
 * @throws StandardsError profile-invalid; CliError where there is no such file
 */
export async function chooseStandards(given: string | undefined, { cwd, rulesFolder }: Surroundings): Promise<Choice> {
  const names = standardNames(rulesFolder);
  const known = new Set(names);
  const profile = given ?? (isRepository(cwd) ? 'all' : 'public');
  const chosen = isBuiltIn(profile)
    ? profile
    : await readProfileFile(profile, cwd, new Set([...known, catalogueStandard.name]));
  const [catalogue] = choose([catalogueStandard], chosen);
  return { profile, known, standards: choose(await loadStandards(names), chosen), catalogue: catalogue?.severity };
}

async function readProfileFile(path: string, cwd: string, known: ReadonlySet<string>) {
  const { readProfile } = await import('@bitclouded/standards/read-profile');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(resolve(cwd, path));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EISDIR' && code !== 'EACCES') throw cause;
    throw new CliError(
      {
        code: code === 'EACCES' ? 'path-unreadable' : 'path-missing',
        where: `--profile ${path}`,
        received: 'no file that can be read',
        expected: `${builtInProfiles.join(', ')}, or a profile's file`,
        remedy: 'correct the path',
      },
      { cause },
    );
  }
  return readProfile(bytes, path, known);
}

function isBuiltIn(profile: string): profile is BuiltInProfile {
  return (builtInProfiles as readonly string[]).includes(profile);
}

function isRepository(folder: string): boolean {
  if (existsSync(join(folder, REPOSITORY_MARK))) return true;
  const parent = dirname(folder);
  return parent !== folder && isRepository(parent);
}
