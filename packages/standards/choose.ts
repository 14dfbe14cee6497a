import type { StandardFacts } from './finding.ts';
import type { Severity } from './standard.ts';

/** `public`: what is sensible for strangers' templates. `all`: the catalogue's own conventions too. */
export const builtInProfiles = ['public', 'all'] as const;
export type BuiltInProfile = (typeof builtInProfiles)[number];

/** A choice of standards and of their severities. */
export interface Profile {
  readonly extends: BuiltInProfile;
  /** By name: a severity, `default` for the standard's own, or `none` to leave it out. */
  readonly standards: Readonly<Record<string, Severity | 'default' | 'none'>>;
}

/** The standards of a profile, with their severities. */
export function choose<S extends StandardFacts>(
  standards: readonly S[],
  profile: BuiltInProfile | Profile,
): { standard: S; severity: Severity }[] {
  const { extends: base, standards: said } =
    typeof profile === 'string' ? { extends: profile, standards: {} as Profile['standards'] } : profile;
  return standards.flatMap((standard) => {
    const own = said[standard.name] ?? (base === 'all' || standard.audience === 'everyone' ? 'default' : 'none');
    return own === 'none' ? [] : [{ standard, severity: own === 'default' ? standard.severity : own }];
  });
}
