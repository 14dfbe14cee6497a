import { Logger } from '@aws-lambda-powertools/logger';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { Context } from 'aws-lambda';
import { containerInstanceOf, drain, liveTasks } from './container-instances.ts';
import { EcsDrainError } from './ecs-drain-error.ts';
import { complete, type Hook, heartbeat, waitingInstances } from './lifecycle-hook.ts';
import { readSettings, type Settings } from './settings.ts';

/** Instances that are looked at side by side. */
const SIDE_BY_SIDE = 4;
/** Kept of the function's time for telling what failed. */
const LAST_MOMENT_MS = 3_000;

export interface DrainEvent {
  readonly 'detail-type'?: string;
  readonly detail?: {
    readonly EC2InstanceId?: string;
    readonly AutoScalingGroupName?: string;
    readonly LifecycleHookName?: string;
  };
}

export interface Dependencies {
  readonly autoScaling: AutoScalingClient;
  readonly ecs: ECSClient;
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Pick<Logger, 'info'>;
}

/** What a step came to: `over` where the instance waits no more, by whomever it was let go. */
export type Outcome = 'draining' | 'let go' | 'over';

/**
 * The handler with its effects as arguments. It never waits: each invocation takes one step with each instance, and
 * all that it must know stands in ECS and in Auto Scaling. So a drain may last for hours, and an event that is lost
 * or fails is made good by the schedule.
 * @throws EcsDrainError, from the handler, with every instance whose step failed, after all have had their turn
 */
export function createHandler({ autoScaling, ecs, environment, logger }: Dependencies) {
  let settings: Settings | undefined;

  return async function handle(event: DrainEvent, context: Context): Promise<Record<string, Outcome>> {
    settings ??= readSettings(environment);
    const signal = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - LAST_MOMENT_MS));
    const hook: Hook = { autoScaling, settings, signal };
    const left = targetOf(event, settings) ?? (await waitingInstances(hook));
    const outcomes: Record<string, Outcome> = {};
    const failures: { instance: string; error: unknown }[] = [];

    const work = async (): Promise<void> => {
      for (let instance = left.shift(); instance !== undefined; instance = left.shift()) {
        try {
          outcomes[instance] = await step(hook, ecs, instance);
        } catch (error) {
          failures.push({ instance, error });
        }
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    logger.info('Done', { outcomes, failed: failures.length });
    if (failures.length > 0) throw new EcsDrainError(failures.map(instanceFault));
    return outcomes;
  };
}

/** Takes an instance one step further; safe to repeat. */
async function step(hook: Hook, ecs: ECSClient, instanceId: string): Promise<Outcome> {
  const cluster = { ecs, name: hook.settings.cluster, signal: hook.signal };
  const arn = await containerInstanceOf(cluster, instanceId);
  const isDraining = arn !== undefined && (await drain(cluster, arn));
  if (isDraining && (await liveTasks(cluster, arn)) > 0)
    return (await heartbeat(hook, instanceId)) ? 'draining' : 'over';
  return (await complete(hook, instanceId)) ? 'let go' : 'over';
}

/** The instance that the event names; undefined for the schedule, which means all that wait. */
function targetOf(event: DrainEvent, { group, hook }: Settings): string[] | undefined {
  const type = event['detail-type'];
  if (type === 'Scheduled Event') return undefined;
  const { EC2InstanceId, AutoScalingGroupName, LifecycleHookName } = event.detail ?? {};
  const isMine = AutoScalingGroupName === group && LifecycleHookName === hook;
  if (type === 'EC2 Instance-terminate Lifecycle Action' && EC2InstanceId && isMine) return [EC2InstanceId];
  throw new EcsDrainError({
    code: 'unknown-event',
    where: 'event',
    received: `${type ?? 'no detail-type'}, group ${AutoScalingGroupName ?? 'none'}, hook ${LifecycleHookName ?? 'none'}`,
    expected: `a Scheduled Event, or an EC2 Instance-terminate Lifecycle Action of ${group} and ${hook}`,
    remedy: 'correct the pattern of the rule that sent it',
  });
}

function instanceFault({ instance, error }: { instance: string; error: unknown }) {
  return {
    code: 'instance-failed' as const,
    where: instance,
    received: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    expected: 'ECS and Auto Scaling to answer and to take the change',
    remedy: "compare the role's policy with the grants of this function; the schedule tries again",
  };
}

export const handler = createHandler({
  autoScaling: new AutoScalingClient({ maxAttempts: 6 }),
  ecs: new ECSClient({ maxAttempts: 6 }),
  environment: process.env,
  logger: new Logger({ serviceName: 'ecs-drain' }),
});
