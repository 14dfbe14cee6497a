import type { Fault } from './faults.ts';
import { isRetention, RETENTION_DAYS, type Settings } from './settings.ts';

/** Says another retention than the configured one, in days. */
export const RETENTION_TAG = 'bitclouded:retention-days';
/** With the value `none`: this group is never subscribed (a pipeline's own logs would come round again). */
export const SUBSCRIPTION_TAG = 'bitclouded:subscription';

/** A log group as CloudWatch Logs describes it. */
export interface Group {
  readonly name: string;
  /** Without the trailing `:*`. */
  readonly arn: string;
  /** Absent: the group keeps its events for ever. */
  readonly retentionDays?: number;
  /** An account-wide policy that overrides the group's own retention. */
  readonly accountPolicy?: string;
  readonly logClass: string;
}

export interface Filter {
  readonly name: string;
  readonly pattern: string;
  readonly destinationArn: string;
  readonly roleArn: string;
  readonly distribution: string;
}

export type Change =
  | { readonly kind: 'set-retention'; readonly days: number }
  | { readonly kind: 'put-filter'; readonly filter: Filter }
  | { readonly kind: 'delete-filter'; readonly name: string };

export interface Plan {
  readonly changes: readonly Change[];
  readonly faults: readonly Fault[];
}

/** Whether the group's owner put it under this function. Nothing is ever changed in any other. */
export function isGoverned(tags: Readonly<Record<string, string>>, settings: Settings): boolean {
  return Object.hasOwn(tags, settings.tagKey) && tags[settings.tagKey] === settings.tagValue;
}

/** Only groups of this class take subscription filters (user guide, Log classes). */
export function takesFilters(group: Group): boolean {
  return group.logClass === 'STANDARD';
}

/**
 * What differs from what a governed group should be. Pure; applied, the next plan is empty.
 *
 * @param ownGroup the group that this function itself logs to
 */
export function planGroup(
  group: Group,
  tags: Readonly<Record<string, string>>,
  filters: readonly Filter[],
  settings: Settings,
  ownGroup: string,
): Plan {
  const retention = planRetention(group, tags, settings);
  const isExcluded = group.name === ownGroup || tags[SUBSCRIPTION_TAG] === 'none';
  return {
    changes: [...retention.changes, ...planFilter(group, filters, settings, isExcluded)],
    faults: retention.faults,
  };
}

/**
 * The retention is set, be it shorter or longer than what is there: a rule that never shortens would leave
 * each group as its history made it, and would keep data beyond the time that somebody promised to delete it.
 * Whoever wants another number says so in a tag of the group, where everybody can see it. A tag that cannot be
 * understood changes nothing, because a wrong guess would delete events.
 */
function planRetention(group: Group, tags: Readonly<Record<string, string>>, settings: Settings): Plan {
  // The Delivery class keeps one day always, and under an account-wide policy CloudWatch Logs shows the
  // policy's days, so that a comparison would find a difference for ever.
  if (group.logClass === 'DELIVERY' || group.accountPolicy) return { changes: [], faults: [] };

  const asked = tags[RETENTION_TAG];
  if (asked !== undefined && !isRetention(asked)) {
    const fault: Fault = {
      code: 'bad-tag',
      where: group.name,
      received: `tag ${RETENTION_TAG} is ${JSON.stringify(asked)}`,
      expected: `one of ${RETENTION_DAYS.join(', ')}`,
      remedy: 'Correct or remove the tag; until then the retention stays as it is.',
    };
    return { changes: [], faults: [fault] };
  }
  const days = asked === undefined ? settings.retentionDays : Number(asked);
  return { changes: group.retentionDays === days ? [] : [{ kind: 'set-retention', days }], faults: [] };
}

function planFilter(
  group: Group,
  filters: readonly Filter[],
  settings: Settings,
  isExcluded: boolean,
): readonly Change[] {
  if (!takesFilters(group)) return [];
  const own = filters.find((filter) => filter.name === settings.filterName);
  if (!settings.stream || isExcluded) return own ? [{ kind: 'delete-filter', name: own.name }] : [];

  const wanted: Filter = {
    name: settings.filterName,
    pattern: '',
    destinationArn: settings.stream.arn,
    roleArn: settings.stream.roleArn,
    distribution: 'ByLogStream',
  };
  return own && isSame(own, wanted) ? [] : [{ kind: 'put-filter', filter: wanted }];
}

function isSame(one: Filter, other: Filter): boolean {
  return (
    one.pattern === other.pattern &&
    one.destinationArn === other.destinationArn &&
    one.roleArn === other.roleArn &&
    one.distribution === other.distribution
  );
}
