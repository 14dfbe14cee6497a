import { StepError } from './step-error.ts';

/** What `release -- index show --json` prints, as far as its age is concerned; null: the host has no index. */
export interface ShownIndex {
  readonly daysLeft: number;
  readonly renewalDue: boolean;
  readonly channels: Readonly<Record<string, string>>;
  readonly releases: readonly { readonly version: string; readonly yanked?: string | undefined }[];
}

/** Whether an index is to be renewed, and the release whose promotion renews it. */
export interface IndexAge {
  readonly due: boolean;
  readonly version: string;
}

/**
 * Judges how long an index is still valid. Any promoted release renews it that is not yanked; the newest one says most
 * to whoever approves.
 * @param atLeastDays fewer days left are an error
 * @throws StepError `index-expiring`, `index-without-release`
 */
export function ageOf(index: ShownIndex | null, atLeastDays = Number.NEGATIVE_INFINITY): IndexAge {
  if (index === null) return { due: false, version: '' };
  if (index.daysLeft < atLeastDays)
    throw new StepError({
      code: 'index-expiring',
      where: 'index.json',
      received: index.daysLeft < 0 ? 'an index that expired' : `an index that is valid for ${index.daysLeft} days`,
      expected: `at least ${atLeastDays} days`,
      remedy: 'approve the job renew of the workflow release, or promote a release by hand',
    });
  const version = index.channels.latest ?? index.releases.findLast(({ yanked }) => yanked === undefined)?.version;
  if (version !== undefined) return { due: index.renewalDue, version };
  if (!index.renewalDue) return { due: false, version: '' };
  throw new StepError({
    code: 'index-without-release',
    where: 'index.json',
    received: 'an index of yanked releases alone, which is to be renewed',
    expected: 'a release that can be promoted again',
    remedy: 'release a version: its promotion renews the index',
  });
}
