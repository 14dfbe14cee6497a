import type { Bump } from '@bitclouded/documents';
import { inc, lt, major } from 'semver';

const BUMPS: readonly Bump[] = ['none', 'patch', 'minor', 'major'];

/** The greatest of several bumps. */
export function greatestBump(bumps: Iterable<Bump>): Bump {
  return BUMPS[Math.max(0, ...[...bumps].map((bump) => BUMPS.indexOf(bump)))]!;
}

/**
 * The smallest version that a bump of another one allows. Before 1.0.0 a minor version may break.
 * Source: Semantic Versioning 2.0.0, clause 4.
 */
export function smallestVersion(from: string, bump: Bump): string {
  if (bump === 'none') return from;
  return inc(from, bump === 'major' && major(from) === 0 ? 'minor' : bump)!;
}

/** The greater of two versions. */
export function greaterVersion(a: string, b: string): string {
  return lt(a, b) ? b : a;
}
