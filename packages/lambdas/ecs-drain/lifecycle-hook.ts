import {
  type AutoScalingClient,
  CompleteLifecycleActionCommand,
  DescribeAutoScalingGroupsCommand,
  RecordLifecycleActionHeartbeatCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Settings } from './settings.ts';

export interface Hook {
  readonly autoScaling: AutoScalingClient;
  readonly settings: Settings;
  readonly signal: AbortSignal;
}

/** The instances of the group that wait in its hook for termination, by id. */
export async function waitingInstances({ autoScaling, settings, signal }: Hook): Promise<string[]> {
  const waiting: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [settings.group], NextToken }),
      { abortSignal: signal },
    );
    for (const { Instances = [] } of page.AutoScalingGroups ?? [])
      for (const { InstanceId, LifecycleState } of Instances)
        if (InstanceId && LifecycleState === 'Terminating:Wait') waiting.push(InstanceId);
    NextToken = page.NextToken;
  } while (NextToken);
  return waiting;
}

/** Lets the instance wait for another heartbeat timeout. @returns false where it waits no more */
export function heartbeat({ autoScaling, signal, settings }: Hook, instanceId: string): Promise<boolean> {
  const command = new RecordLifecycleActionHeartbeatCommand(actionOf(settings, instanceId));
  return isActive(autoScaling.send(command, { abortSignal: signal }));
}

/** Lets the instance be terminated. @returns false where it waits no more */
export function complete({ autoScaling, signal, settings }: Hook, instanceId: string): Promise<boolean> {
  const command = new CompleteLifecycleActionCommand({
    ...actionOf(settings, instanceId),
    LifecycleActionResult: 'CONTINUE',
  });
  return isActive(autoScaling.send(command, { abortSignal: signal }));
}

/** By the instance, not by the event's token: the schedule has none. */
function actionOf({ group, hook }: Settings, InstanceId: string) {
  return { AutoScalingGroupName: group, LifecycleHookName: hook, InstanceId };
}

async function isActive(sending: Promise<unknown>): Promise<boolean> {
  try {
    await sending;
    return true;
  } catch (error) {
    // The code says no more than that a value is wrong; this message is Auto Scaling's word for an action that is over.
    const isOver =
      error instanceof Error &&
      error.name === 'ValidationError' &&
      /No active Lifecycle Action found/i.test(error.message);
    if (!isOver) throw error;
    return false;
  }
}
