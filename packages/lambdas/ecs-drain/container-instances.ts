import {
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListContainerInstancesCommand,
  ListTasksCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';

/** Source: Amazon ECS API Reference, DescribeTasks: "up to 100". */
const TASKS_A_CALL = 100;

export interface Cluster {
  readonly ecs: ECSClient;
  readonly name: string;
  readonly signal: AbortSignal;
}

/** The ARN of the container instance that an EC2 instance is, or undefined where the cluster has it no more. */
export async function containerInstanceOf(
  { ecs, name, signal }: Cluster,
  instanceId: string,
): Promise<string | undefined> {
  const filter = `ec2InstanceId == ${instanceId}`;
  let nextToken: string | undefined;
  // A filter works on pages: one may be empty, and the next not.
  do {
    const page = await ecs.send(new ListContainerInstancesCommand({ cluster: name, filter, nextToken }), {
      abortSignal: signal,
    });
    const [arn] = page.containerInstanceArns ?? [];
    if (arn !== undefined) return arn;
    nextToken = page.nextToken;
  } while (nextToken);
  return undefined;
}

/**
 * Sets a container instance to draining, if it is not.
 * @returns false where it is gone meanwhile
 */
export async function drain({ ecs, name, signal }: Cluster, arn: string): Promise<boolean> {
  const of = { cluster: name, containerInstances: [arn] };
  const described = await ecs.send(new DescribeContainerInstancesCommand(of), { abortSignal: signal });
  const status = described.containerInstances?.[0]?.status;
  if (status === 'DRAINING') return true;
  if (status === 'INACTIVE' || status === 'REGISTRATION_FAILED') return false;
  if (status === undefined) return !isGone(arn, described.failures);
  const updated = await ecs.send(new UpdateContainerInstancesStateCommand({ ...of, status: 'DRAINING' }), {
    abortSignal: signal,
  });
  return updated.failures?.length ? !isGone(arn, updated.failures) : true;
}

/**
 * How many tasks of a container instance have not stopped. Its own count leaves out those that are on their way,
 * which still hold connections of a load balancer; so each task is asked.
 */
export async function liveTasks(cluster: Cluster, containerInstance: string): Promise<number> {
  const { ecs, name, signal } = cluster;
  const arns: string[] = [];
  for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
    let nextToken: string | undefined;
    do {
      const page = await ecs.send(
        new ListTasksCommand({ cluster: name, containerInstance, desiredStatus, nextToken }),
        {
          abortSignal: signal,
        },
      );
      arns.push(...(page.taskArns ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
  }
  let live = 0;
  for (let at = 0; at < arns.length; at += TASKS_A_CALL) {
    const { tasks = [] } = await ecs.send(
      new DescribeTasksCommand({ cluster: name, tasks: arns.slice(at, at + TASKS_A_CALL) }),
      { abortSignal: signal },
    );
    live += tasks.filter(({ lastStatus }) => lastStatus !== 'STOPPED').length;
  }
  return live;
}

/** ECS says MISSING of what it does not have; any other reason is a failure. */
function isGone(arn: string, failures: readonly { reason?: string }[] = []): boolean {
  if (failures.some(({ reason }) => reason === 'MISSING')) return true;
  throw new Error(`${arn}: ${failures.map(({ reason }) => reason).join(', ') || 'neither an instance nor a failure'}`);
}
