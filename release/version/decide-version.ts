import { inc, parse } from 'semver';
import type { VersionSource } from './read-version-source.ts';

export type VersionDecision =
  /** HEAD is the version's own commit, and nothing differs from it. */
  | { readonly kind: 'release'; readonly version: string }
  /** Work on the way to `next`, a version without a prerelease. */
  | { readonly kind: 'development'; readonly next: string };

/** What is released from a work tree: the version that its commit gave, or work on the next one. */
export function decideVersion({ packageVersion, pending, git }: VersionSource): VersionDecision {
  const released =
    // 0.0.0 says that nothing was released yet.
    packageVersion !== '0.0.0' &&
    pending === undefined &&
    git?.clean === true &&
    git.versionCommit === git.head &&
    // In a shallow clone every file seems to come from its oldest commit: the tag tells instead.
    (!git.shallow || git.tagsAtHead.includes(`v${packageVersion}`));
  if (released) return { kind: 'release', version: packageVersion };
  return { kind: 'development', next: stableOf(pending?.version ?? inc(packageVersion, 'patch')!) };
}

/** Length of the part of a hash that names a development version. */
const HASH_LENGTH = 12;

/**
 * `<next>-dev.<hash>`: the first part of the hash that begins with a letter, because a number with a leading zero
 * is no semantic version.
 */
export function developmentVersion(next: string, sha256: string): string {
  const start = sha256.search(/[a-f]/);
  const hash =
    start >= 0 && start + HASH_LENGTH <= sha256.length
      ? sha256.slice(start, start + HASH_LENGTH)
      : `a${sha256.slice(0, HASH_LENGTH - 1)}`;
  return `${next}-dev.${hash}`;
}

/** A version without its prerelease: 1.5.0-rc.1 → 1.5.0. */
export function stableOf(version: string): string {
  const { major, minor, patch } = parse(version)!;
  return `${major}.${minor}.${patch}`;
}
