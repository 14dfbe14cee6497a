import type { Logger } from '@aws-lambda-powertools/logger';
import { type CloudWatchLogsClient, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import type { Fault } from './faults.ts';
import { applyChange, findGroup, listGroups, readFilters, readTags } from './log-groups.ts';
import { type Group, isGoverned, planGroup, takesFilters } from './plan.ts';
import type { Settings } from './settings.ts';

/** Groups that a sweep looks at side by side; the SDK slows down by itself where the account's rate is less. */
const SWEEP_WORKERS = 4;

/** Counts of groups: looked at, governed, changed, and gone before the work on them was done. */
export interface Report {
  seen: number;
  governed: number;
  changed: number;
  gone: number;
}

/** One invocation: what it works with, and what it has found so far. */
export interface Round {
  readonly logs: CloudWatchLogsClient;
  readonly logger: Pick<Logger, 'info'>;
  readonly wait: (ms: number) => Promise<unknown>;
  readonly settings: Settings;
  /** The group that this function itself logs to. */
  readonly ownGroup: string;
  readonly report: Report;
  readonly faults: Fault[];
}

/** Looks at every group of the region. */
export async function sweep(round: Round, hasTime: () => boolean): Promise<void> {
  const groups = listGroups(round.logs);
  let isCut = false;

  async function work(): Promise<void> {
    while (hasTime()) {
      const next = await groups.next();
      if (next.done) return;
      await govern(round, next.value);
    }
    isCut = true;
  }

  const results = await Promise.allSettled(Array.from({ length: SWEEP_WORKERS }, work));
  for (const result of results) {
    if (result.status === 'rejected') round.faults.push(listFault(result.reason));
  }
  if (isCut) round.faults.push(cutFault(round.report.seen));
}

/** Looks at the group of this name, if it is still there. */
export async function governNamed(round: Round, name: string): Promise<void> {
  const group = await findGroup(round.logs, name);
  if (group) await govern(round, group);
  else round.report.gone++;
}

/** What fails on a group becomes a fault, so that the other groups get their turn. */
async function govern(round: Round, group: Group): Promise<void> {
  round.report.seen++;
  try {
    await mend(round, group);
  } catch (error) {
    // "Not found" may mean the stream or its role too: only the list of groups tells that the group is gone.
    const isGone = error instanceof ResourceNotFoundException && !(await findGroup(round.logs, group.name));
    if (isGone) round.report.gone++;
    else round.faults.push(groupFault(group, error));
  }
}

async function mend(round: Round, group: Group): Promise<void> {
  const { logs, settings, logger, report, faults } = round;
  const tags = await readTags(logs, group);
  if (!isGoverned(tags, settings)) return;

  report.governed++;
  const filters = takesFilters(group) ? await readFilters(logs, group) : [];
  const plan = planGroup(group, tags, filters, settings, round.ownGroup);
  faults.push(...plan.faults);

  let hasChanged = false;
  for (const change of plan.changes) {
    try {
      await applyChange(logs, group, change, round.wait);
      hasChanged = true;
      logger.info('Changed a log group', { group: group.name, change });
    } catch (error) {
      if (error instanceof ResourceNotFoundException) throw error;
      faults.push(groupFault(group, error));
    }
  }
  if (hasChanged) report.changed++;
}

function groupFault(group: Group, error: unknown): Fault {
  return {
    code: 'group-failed',
    where: group.name,
    received: describeError(error),
    expected: 'CloudWatch Logs to answer and to take the change',
    remedy:
      error instanceof Error && error.name === 'LimitExceededException'
        ? 'A group takes two subscription filters: remove one that nobody needs.'
        : "Compare the role's policy with the grants of this function, and the stream with its role.",
  };
}

function listFault(error: unknown): Fault {
  return {
    code: 'list-failed',
    where: 'log groups',
    received: describeError(error),
    expected: 'the list of log groups to its end',
    remedy: 'Groups after the break were not looked at; the next sweep begins anew.',
  };
}

function cutFault(seen: number): Fault {
  return {
    code: 'sweep-incomplete',
    where: 'log groups',
    received: `time for ${seen} groups`,
    expected: 'time for every group of the region',
    remedy: 'Groups after these are mended by events alone; remove groups that nobody needs.',
  };
}

function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
