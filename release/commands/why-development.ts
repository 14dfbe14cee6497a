import { decideVersion } from '../version/decide-version.ts';
import type { VersionSource } from '../version/read-version-source.ts';

/** Why a work tree makes a development version, in the order in which one would put it right. */
export function whyDevelopment(source: VersionSource): readonly string[] {
  if (decideVersion(source).kind === 'release') return [];
  const { git, pending, packageVersion } = source;
  const reasons: string[] = [];
  if (git === undefined) reasons.push('this folder has no git history');
  else if (!git.clean) reasons.push('the work tree has changes that are not committed');
  if (pending !== undefined) reasons.push(`changesets wait for version ${pending.version}`);
  if (packageVersion === '0.0.0') reasons.push('no version was given yet (release/package.json says 0.0.0)');
  else if (git !== undefined && git.versionCommit !== git.head)
    reasons.push(`HEAD is not the commit that made version ${packageVersion}`);
  else if (git?.shallow) reasons.push(`the history is shallow, and no tag v${packageVersion} is at HEAD`);
  return reasons;
}
