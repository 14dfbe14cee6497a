import {
  DescribeServicesCommand,
  type ECSClient,
  paginateListClusters,
  paginateListServices,
  type Service,
  ServiceNotActiveException,
  ServiceNotFoundException,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { SecretRotationError } from './secret-rotation-error.ts';

/** The tag of a service that reads the secret; its value is the secret's ARN. */
const TAG = 'bitclouded:secret';
/** Source: Amazon ECS API Reference, "DescribeServices" and "ListServices". */
const DESCRIBED_AT_ONCE = 10;
const LISTED_AT_ONCE = 100;
/** Services that are deployed side by side. */
const SIDE_BY_SIDE = 4;

/** The step's way to the services. */
export interface Fleet {
  readonly ecs: ECSClient;
  /** undefined is every cluster of the region. */
  readonly cluster: string | undefined;
  readonly signal: AbortSignal;
}

/** The services that read a secret, by their tag. @throws SecretRotationError `deploy-failed` where ECS does not show one */
export async function servicesOf(fleet: Fleet, secretArn: string): Promise<Service[]> {
  const found: Service[] = [];
  for await (const cluster of clustersOf(fleet))
    for await (const services of pagesOf(fleet, cluster))
      found.push(...services.filter(({ status, tags }) => status === 'ACTIVE' && isTagged(tags, secretArn)));
  return found;
}

/**
 * Deploys services anew: their tasks are replaced in the way of a deployment, and the new ones read the secret as it
 * is current. A service that is gone meanwhile needs none.
 * @throws SecretRotationError `deploy-failed` with each that ECS refused, after all have had their turn
 */
export async function deploy({ ecs, signal }: Fleet, services: readonly Service[]): Promise<void> {
  const left = [...services];
  const faults: ReturnType<typeof refused>[] = [];
  const work = async (): Promise<void> => {
    for (let each = left.shift(); each !== undefined; each = left.shift()) {
      try {
        const { clusterArn: cluster, serviceArn: service } = each;
        await ecs.send(new UpdateServiceCommand({ cluster, service, forceNewDeployment: true }), {
          abortSignal: signal,
        });
      } catch (error) {
        const isGone = error instanceof ServiceNotFoundException || error instanceof ServiceNotActiveException;
        if (!isGone) faults.push(refused(each.serviceArn, error));
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  if (faults.length > 0) throw new SecretRotationError(faults);
}

/** Whether tasks of a service may have been started before a moment, or by a deployment that is being replaced. */
export function isBehind(service: Service, since: Date): boolean {
  return (service.deployments ?? [])
    .filter(({ runningCount = 0, pendingCount = 0 }) => runningCount + pendingCount > 0)
    .some(({ status, createdAt = new Date(0) }) => status !== 'PRIMARY' || createdAt < since);
}

/** Whether a service was deployed last before a moment, so that waiting alone would not help. */
export function isOutdated(service: Service, since: Date): boolean {
  const primary = service.deployments?.find(({ status }) => status === 'PRIMARY');
  return primary?.createdAt === undefined || primary.createdAt < since;
}

async function* clustersOf({ ecs, cluster, signal: abortSignal }: Fleet): AsyncGenerator<string> {
  if (cluster !== undefined) return yield cluster;
  const pages = paginateListClusters({ client: ecs, pageSize: LISTED_AT_ONCE }, {}, { abortSignal });
  for await (const { clusterArns = [] } of pages) yield* clusterArns;
}

async function* pagesOf({ ecs, signal: abortSignal }: Fleet, cluster: string): AsyncGenerator<Service[]> {
  const pages = paginateListServices({ client: ecs, pageSize: LISTED_AT_ONCE }, { cluster }, { abortSignal });
  for await (const { serviceArns = [] } of pages)
    for (let at = 0; at < serviceArns.length; at += DESCRIBED_AT_ONCE) {
      const services = serviceArns.slice(at, at + DESCRIBED_AT_ONCE);
      const command = new DescribeServicesCommand({ cluster, services, include: ['TAGS'] });
      const described = await ecs.send(command, { abortSignal });
      const unseen = (described.failures ?? []).filter(({ reason }) => reason !== 'MISSING');
      if (unseen.length > 0)
        throw new SecretRotationError(unseen.map(({ arn, reason }) => refused(arn, new Error(reason))));
      yield described.services ?? [];
    }
}

function isTagged(tags: Service['tags'], secretArn: string): boolean {
  return (tags ?? []).some(({ key, value }) => key === TAG && value === secretArn);
}

function refused(service: string | undefined, error: unknown) {
  return {
    code: 'deploy-failed' as const,
    where: service ?? 'ECS',
    received: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    expected: 'ECS to show the service and to take a new deployment',
    remedy:
      "compare the role's policy with the grants of this function, then rotate again: it goes on where it stopped",
  };
}
