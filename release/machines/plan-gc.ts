/** An AMI of the host, in one region. */
export interface HostedMachine {
  readonly region: string;
  readonly ami: string;
  readonly name: string;
  readonly created: Date;
  /** From when on EC2 no longer offers it to strangers. */
  readonly deprecated: Date | undefined;
  readonly isDisabled: boolean;
}

/** What is done to an AMI; `keep` says why nothing is. */
export type Retirement = HostedMachine &
  (
    | { readonly action: 'deprecate' | 'disable' }
    | { readonly action: 'keep'; readonly why: 'supported' | 'locked' | 'young' | 'waiting' | 'disabled' }
  );

/** How long a release's AMIs are kept, from its publication: its support window. */
export const SUPPORT_DAYS = 366;
/** An AMI may be on its way into a lock, or into a release. */
export const YOUNG_DAYS = 60;
/** Between deprecation, which is a word, and disabling, which stops launches. */
export const WAIT_DAYS = 90;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * What becomes of a host's AMIs. One that a supported release or a lock names is never touched; both steps can be
 * taken back, and nothing is deleted: a stack that takes an AMI may live longer than its release.
 * @param named AMIs of releases that are supported
 * @param locked AMIs of locks in the repository
 */
export function planGc(
  machines: readonly HostedMachine[],
  named: ReadonlySet<string>,
  locked: ReadonlySet<string>,
  now: Date,
): readonly Retirement[] {
  return machines.map((machine): Retirement => {
    if (named.has(machine.ami)) return { ...machine, action: 'keep', why: 'supported' };
    if (locked.has(machine.ami)) return { ...machine, action: 'keep', why: 'locked' };
    if (daysBetween(machine.created, now) < YOUNG_DAYS) return { ...machine, action: 'keep', why: 'young' };
    if (machine.isDisabled) return { ...machine, action: 'keep', why: 'disabled' };
    if (machine.deprecated === undefined) return { ...machine, action: 'deprecate' };
    if (daysBetween(machine.deprecated, now) < WAIT_DAYS) return { ...machine, action: 'keep', why: 'waiting' };
    return { ...machine, action: 'disable' };
  });
}

/** Whether a release is in its support window. */
export function isSupported(published: Date, now: Date): boolean {
  return daysBetween(published, now) < SUPPORT_DAYS;
}

function daysBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / DAY_MS;
}
