import { CloudFormationClient, DescribeStackEventsCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { failureOf } from './failure-of.ts';
import type { StackEvent } from './provision-event.ts';

const STACK = 'arn:aws:cloudformation:us-east-1:123456789012:stack/outer/1';
const INNER = 'arn:aws:cloudformation:us-east-1:123456789012:stack/outer-Inner/2';
const stack = { StackName: 'outer', StackStatus: 'UPDATE_ROLLBACK_COMPLETE' } as Stack;
const at = (second: number): Date => new Date(Date.UTC(2026, 2, 1, 12, 0, second));

const event = (logicalId: string, status: string, second: number, more: Partial<StackEvent> = {}): StackEvent => ({
  id: `${logicalId} ${status} ${second}`,
  stack: 'outer',
  stackId: STACK,
  logicalId,
  physicalId: '',
  resourceType: 'AWS::CloudFormation::Stack',
  status,
  reason: undefined,
  at: at(second),
  ...more,
});

/** The stand-in records no events of nested stacks. */
it('finds the cause inside a nested stack, and none of its earlier operations', async () => {
  const client = new CloudFormationClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const inner = (id: string, ResourceStatus: string, second: number, ResourceStatusReason?: string) => ({
    EventId: `${id}${second}`,
    StackId: INNER,
    StackName: 'outer-Inner',
    LogicalResourceId: id,
    PhysicalResourceId: id === 'outer-Inner' ? INNER : id,
    ResourceType: id === 'outer-Inner' ? 'AWS::CloudFormation::Stack' : 'AWS::SQS::Queue',
    ResourceStatus: ResourceStatus as 'CREATE_FAILED',
    ResourceStatusReason,
    Timestamp: at(second),
  });
  mock.on(DescribeStackEventsCommand, { StackName: INNER, NextToken: undefined }).resolves({
    StackEvents: [
      inner('outer-Inner', 'UPDATE_ROLLBACK_IN_PROGRESS', 14),
      inner('Other', 'UPDATE_FAILED', 13, 'Resource update cancelled'),
    ],
    NextToken: 'more',
  });
  mock.on(DescribeStackEventsCommand, { StackName: INNER, NextToken: 'more' }).resolves({
    StackEvents: [inner('Queue', 'UPDATE_FAILED', 12, 'no such key'), inner('Queue', 'CREATE_FAILED', 2, 'long ago')],
    NextToken: 'never asked for',
  });

  const events = [
    event('outer', 'UPDATE_IN_PROGRESS', 10, { physicalId: STACK }),
    event('Inner', 'UPDATE_IN_PROGRESS', 11, { physicalId: INNER }),
    event('Inner', 'UPDATE_FAILED', 15, { reason: 'Embedded stack was not successfully updated' }),
    event('outer', 'UPDATE_ROLLBACK_IN_PROGRESS', 16, { physicalId: STACK }),
  ];
  const error = await failureOf(client, { stack, events }, 'UPDATE_COMPLETE', new AbortController().signal);
  expect(error.faults).toEqual([
    {
      code: 'stack-failed',
      where: 'us-east-1 stack outer-Inner, Queue (AWS::SQS::Queue)',
      received: 'UPDATE_FAILED: no such key; the stack is UPDATE_ROLLBACK_COMPLETE',
      expected: 'UPDATE_COMPLETE',
      remedy: 'correct the cause, and run the same command again: the stack is as it was before',
    },
  ]);
});
