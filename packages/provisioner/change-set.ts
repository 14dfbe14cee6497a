import {
  type Change,
  type CloudFormationClient,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
} from '@aws-sdk/client-cloudformation';
import { asked } from './asked.ts';
import { paced } from './pace.ts';
import { ProvisionError } from './provision-error.ts';

const LONGEST_PAUSE_MS = 2_000;

/**
 * The service has no status of its own for this. Both texts are its words; which of them comes depends on whether it
 * found out by the template or by the resources.
 */
const NO_CHANGES = [/The submitted information didn't contain changes/, /No updates are to be performed/];

/** A change set that the service has worked out. */
export interface ReadChangeSet {
  readonly id: string;
  readonly stackId: string;
  readonly state: 'ready' | 'no changes' | 'failed';
  /** Why it is not ready. */
  readonly reason: string;
  readonly changes: readonly Change[];
}

/**
 * Waits for a change set, and reads it whole, with values where the service gives them.
 * @throws ProvisionError for what the service or the network says; the signal's reason
 */
export async function readChangeSet(
  client: CloudFormationClient,
  { stack, name }: { readonly stack: string; readonly name: string },
  signal: AbortSignal,
): Promise<ReadChangeSet> {
  const where = `${await client.config.region()} stack ${stack}`;
  const describe = (NextToken?: string): Promise<DescribeChangeSetCommandOutput> => {
    const input = { StackName: stack, ChangeSetName: name, IncludePropertyValues: true, NextToken };
    return asked(where, client.send(new DescribeChangeSetCommand(input), { abortSignal: signal }));
  };
  const pause = paced(LONGEST_PAUSE_MS, signal);
  let page = await describe();
  while (page.Status === 'CREATE_PENDING' || page.Status === 'CREATE_IN_PROGRESS') {
    await pause();
    page = await describe();
  }
  const reason = page.StatusReason || `${page.Status}, ${page.ExecutionStatus}`;
  const state = stateOf(page);
  const changes = [...(page.Changes ?? [])];
  while (state === 'ready' && page.NextToken !== undefined) {
    page = await describe(page.NextToken);
    changes.push(...(page.Changes ?? []));
  }
  if (page.ChangeSetId === undefined || page.StackId === undefined)
    throw new ProvisionError({
      code: 'request-refused',
      where,
      received: 'a change set without an id',
      expected: 'an answer as CloudFormation gives it',
      remedy: 'check the endpoint',
    });
  return { id: page.ChangeSetId, stackId: page.StackId, state, reason, changes };
}

function stateOf(page: DescribeChangeSetCommandOutput): ReadChangeSet['state'] {
  if (page.Status === 'CREATE_COMPLETE' && page.ExecutionStatus === 'AVAILABLE') return 'ready';
  return NO_CHANGES.some((text) => text.test(page.StatusReason ?? '')) ? 'no changes' : 'failed';
}
