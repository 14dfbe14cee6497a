import {
  DescribeServicesCommand,
  ListClustersCommand,
  ListServicesCommand,
  type Service,
  ServiceNotFoundException,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import type { Login } from '@bitclouded/kit/databases';

const ARN = 'arn:aws:ecs:eu-west-1:123456789012';

interface Deployment {
  status: 'PRIMARY' | 'ACTIVE';
  readonly createdAt: Date;
  /** The login that each task got when it was started. */
  tasks: Login[];
}

export interface Running {
  readonly arn: string;
  readonly tags: Service['tags'];
  /** The primary one first. */
  deployments: Deployment[];
  /** What ECS says to a new deployment. */
  refusal?: Error;
}

/** The services of clusters for tests, whose tasks take the current login when they are started. */
export class ServicesInMemory {
  readonly running: Running[] = [];
  readonly #now: () => Date;
  readonly #login: () => Login;

  constructor(now: () => Date, login: () => Login) {
    this.#now = now;
    this.#login = login;
  }

  /** A service with a task, as a stack makes it. @param name with its cluster's, as `apps/web` */
  add(name: string, secretArn: string): Running {
    const tags = [{ key: 'bitclouded:secret', value: secretArn }];
    const service: Running = { arn: `${ARN}:service/${name}`, tags, deployments: [] };
    this.running.push(service);
    this.deploy(service);
    this.roll(service);
    return service;
  }

  deploy(service: Running): void {
    for (const each of service.deployments) each.status = 'ACTIVE';
    service.deployments.unshift({ status: 'PRIMARY', createdAt: this.#now(), tasks: [] });
  }

  /** A deployment's end: a new task in the primary one, and none in the others. */
  roll(service: Running): void {
    const [primary] = service.deployments;
    primary!.tasks = [this.#login()];
    service.deployments = [primary!];
  }

  /** A deployment's failure before it had a task: the one before it is primary again. */
  rollBack(service: Running): void {
    const [failed, before] = service.deployments;
    if (!before || failed!.tasks.length > 0) return;
    service.deployments.shift();
    before.status = 'PRIMARY';
  }

  /** Answers a command; undefined is one that is for something else. */
  answer(command: object): object | undefined {
    if (command instanceof ListClustersCommand)
      return { clusterArns: [...new Set(this.running.map(({ arn }) => `${ARN}:cluster/${clusterOf(arn)}`))] };
    if (command instanceof ListServicesCommand) {
      const { cluster = '', nextToken = '0', maxResults = 10 } = command.input;
      const arns = this.running.map(({ arn }) => arn).filter((arn) => clusterOf(arn) === cluster.split('/').at(-1));
      const end = Number(nextToken) + maxResults;
      return { serviceArns: arns.slice(Number(nextToken), end), nextToken: end < arns.length ? `${end}` : undefined };
    }
    if (command instanceof DescribeServicesCommand) {
      const { services = [], include = [] } = command.input;
      if (services.length > 10) throw new Error('InvalidParameterException');
      const found = services.map((arn) => this.running.find((each) => each.arn === arn)!);
      return { services: found.map((each) => describe(each, include.includes('TAGS'))) };
    }
    if (command instanceof UpdateServiceCommand) {
      const { service: arn, forceNewDeployment } = command.input;
      const service = this.running.find((each) => each.arn === arn);
      if (!service) throw new ServiceNotFoundException({ message: 'gone', $metadata: {} });
      if (service.refusal) throw service.refusal;
      if (forceNewDeployment) this.deploy(service);
      return {};
    }
    return undefined;
  }
}

function clusterOf(serviceArn: string): string {
  return serviceArn.split('/')[1]!;
}

function describe({ arn, tags, deployments }: Running, withTags: boolean): Service {
  return {
    serviceArn: arn,
    clusterArn: `${ARN}:cluster/${clusterOf(arn)}`,
    status: 'ACTIVE',
    ...(withTags && { tags }),
    deployments: deployments.map(({ status, createdAt, tasks }) => ({
      status,
      createdAt,
      runningCount: tasks.length,
      pendingCount: 0,
    })),
  };
}
