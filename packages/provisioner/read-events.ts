import {
  type CloudFormationClient,
  DescribeStackEventsCommand,
  type StackEvent as ServiceEvent,
} from '@aws-sdk/client-cloudformation';
import { asked } from './asked.ts';
import type { StackEvent } from './provision-event.ts';

/** Gives what a stack has recorded since the last call, oldest first, each event once. */
export type NextEvents = (signal: AbortSignal) => Promise<readonly StackEvent[]>;

/**
 * Begins to read a stack's events: those that are there already are not given.
 * @throws ProvisionError for what the service or the network says
 */
export async function eventsFromNow(
  client: CloudFormationClient,
  stackId: string,
  signal: AbortSignal,
): Promise<NextEvents> {
  const where = `${await client.config.region()} events of ${stackId}`;
  const seen = new Set<string>();
  const [newest] = (await readPage(client, stackId, undefined, where, signal)).events;
  if (newest) seen.add(newest.id);

  return async (until) => {
    const fresh: StackEvent[] = [];
    let token: string | undefined;
    // Newest first: everything after the first known one is known.
    do {
      const { events, next } = await readPage(client, stackId, token, where, until);
      const known = events.findIndex(({ id }) => seen.has(id));
      fresh.push(...(known < 0 ? events : events.slice(0, known)));
      token = known < 0 ? next : undefined;
    } while (token !== undefined);
    // While pages are read events come in, which moves the rest: one may stand on two pages.
    const once = [...new Map(fresh.map((event) => [event.id, event])).values()].reverse();
    for (const { id } of once) seen.add(id);
    return once;
  };
}

/**
 * Every event of a stack since a time of the service's clock, oldest first.
 * @throws ProvisionError for what the service or the network says
 */
export async function eventsSince(
  client: CloudFormationClient,
  stackId: string,
  since: Date,
  signal: AbortSignal,
): Promise<readonly StackEvent[]> {
  const where = `${await client.config.region()} events of ${stackId}`;
  const found: StackEvent[] = [];
  let token: string | undefined;
  do {
    const { events, next } = await readPage(client, stackId, token, where, signal);
    found.push(...events.filter(({ at }) => at >= since));
    token = events.some(({ at }) => at < since) ? undefined : next;
  } while (token !== undefined);
  return found.reverse();
}

async function readPage(
  client: CloudFormationClient,
  StackName: string,
  NextToken: string | undefined,
  where: string,
  signal: AbortSignal,
): Promise<{ events: StackEvent[]; next: string | undefined }> {
  const ask = client.send(new DescribeStackEventsCommand({ StackName, NextToken }), { abortSignal: signal });
  const answer = await asked(where, ask);
  return { events: (answer.StackEvents ?? []).map(toEvent), next: answer.NextToken };
}

function toEvent(event: ServiceEvent): StackEvent {
  return {
    id: event.EventId!,
    stack: event.StackName!,
    stackId: event.StackId!,
    logicalId: event.LogicalResourceId ?? '',
    physicalId: event.PhysicalResourceId ?? '',
    resourceType: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    reason: event.ResourceStatusReason || undefined,
    at: event.Timestamp!,
  };
}
