import { CloudFormationClient, DescribeStackEventsCommand, type StackEvent } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { eventsFromNow } from './read-events.ts';

const on = new AbortController().signal;
const events = (...ids: number[]): StackEvent[] =>
  ids.map((id) => ({
    EventId: `e${id}`,
    StackId: 'arn',
    StackName: 'prod',
    Timestamp: new Date(id),
    ResourceStatus: 'CREATE_IN_PROGRESS',
  }));

it('gives each event once, oldest first, though pages move while they are read', async () => {
  const client = new CloudFormationClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  mock
    .on(DescribeStackEventsCommand)
    .resolvesOnce({ StackEvents: events(2, 1), NextToken: 'never asked for' })
    .resolvesOnce({ StackEvents: events(6, 5), NextToken: 'a' })
    // One came in meanwhile: the fifth stands on the second page too.
    .resolvesOnce({ StackEvents: events(5, 4, 3), NextToken: 'b' })
    .resolvesOnce({ StackEvents: events(2, 1) })
    .resolvesOnce({ StackEvents: events(7, 6, 5) })
    .resolves({ StackEvents: events(7, 6, 5) });
  const next = await eventsFromNow(client, 'arn', on);
  const ids = async () => (await next(on)).map(({ id }) => id);
  expect(await ids()).toEqual(['e3', 'e4', 'e5', 'e6']);
  expect(await ids()).toEqual(['e7']);
  expect(await ids()).toEqual([]);
});

it('begins with the first event of a stack that has none', async () => {
  const client = new CloudFormationClient({ region: 'us-east-1' });
  mockClient(client)
    .on(DescribeStackEventsCommand)
    .resolvesOnce({ StackEvents: [] })
    .resolves({ StackEvents: events(2, 1) });
  const next = await eventsFromNow(client, 'arn', on);
  expect((await next(on)).map(({ id }) => id)).toEqual(['e1', 'e2']);
});
