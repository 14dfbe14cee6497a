import { nextVersion } from '../changelog/next-version.ts';
import { runIn } from '../version/run.ts';
import type { Outcome } from './command.ts';
import { counted } from './counted.ts';

/** Turns the waiting changesets into the next version, as a version pull request does. It needs no host. */
export async function versionCommand(workspace: string): Promise<Outcome> {
  const versioned = await nextVersion(workspace, runIn(workspace));
  const { version, changes } = versioned;
  return { document: versioned, lines: [`Version ${version}: CHANGELOG.md lists ${counted(changes, 'change')}`] };
}
