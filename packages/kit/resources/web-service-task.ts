import { Aws, Fn } from 'aws-cdk-lib';
import { CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { type Flag, unless, when, whenMap } from '../definition/flag.ts';
import type { Optional } from '../definition/optional.ts';
import type { Build } from '../definition/template.ts';
import type { Statement } from './resources.ts';
import { forThisAccount, ownArn, policyDocument } from './statements.ts';

/** How long a container may take to end by itself; the longest on Fargate. */
const STOP_SECONDS = 120;

export interface TaskParams {
  readonly TaskSize: string;
  readonly Architecture: string;
  readonly ExecuteCommand: Flag;
  readonly LogRetentionDays: number;
  readonly EcsCapacityProvider: Optional<'capacityProviderName'>;
  readonly KeyArn: Optional<'keyArn'>;
  readonly LogsKeyArn: Optional<'keyArn'>;
}

/** The one container of a task, and what it is given. */
export interface WebContainer {
  readonly image: string;
  /** Where it listens. Behind the load balancer it speaks HTTP. */
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Variables whose values ECS reads when a task starts: `valueFrom` of a secret or of one of its keys. */
  readonly secrets: readonly CfnTaskDefinition.SecretProperty[];
  /** The secrets that they come from, for the role that reads them; `only`: in stacks where the flag holds. */
  readonly readsSecrets: readonly { readonly arn: string; readonly only?: Flag }[];
  /** Writable root file system; without it, it is read-only unless a shell is let in. */
  readonly writableRoot?: Flag;
  readonly volumes?: readonly CfnTaskDefinition.VolumeProperty[];
  readonly mounts?: readonly CfnTaskDefinition.MountPointProperty[];
  /** Anything else of the container. */
  readonly more?: Partial<CfnTaskDefinition.ContainerDefinitionProperty>;
  /** More that ECS may do to start a task. */
  readonly startMay?: readonly Statement[];
  /** What the container itself may do. */
  readonly may?: readonly Statement[];
  /** GB of the task's own disk; 20 is what Fargate gives anyway. Instances share theirs. */
  readonly ephemeralStorageGib?: { readonly size: number; readonly isMore: Flag };
}

export interface WebTask {
  readonly definition: CfnTaskDefinition;
  readonly taskRole: CfnRole;
  readonly executionRole: CfnRole;
  readonly logGroup: CfnLogGroup;
}

/** The name of the container in its task definition. */
export const WEB_CONTAINER = 'web';

/** A task definition with its roles and log group: `Task`, `TaskRole`, `ExecutionRole`, `Logs`. */
export function webServiceTask(
  kit: Pick<Build<Record<never, never>>, 'scope' | 'condition' | 'role' | 'logGroup'>,
  params: TaskParams,
  container: WebContainer,
): WebTask {
  const logGroup = kit.logGroup('Logs', { retentionInDays: params.LogRetentionDays, key: params.LogsKeyArn });
  const executionRole = startingRole(kit, params, container, logGroup);
  const taskRole = runningRole(kit, params, container, logGroup);
  const isArm = kit.condition('IsArm', { equal: [params.Architecture, 'arm64'] });
  const onInstances = params.EcsCapacityProvider.given;
  const [cpu, memory] = [0, 1].map((index) => Fn.select(index, Fn.split('/', params.TaskSize)));
  const writable = container.writableRoot
    ? kit.condition('RootIsWritable', { any: [container.writableRoot, params.ExecuteCommand] })
    : params.ExecuteCommand;
  const storage = container.ephemeralStorageGib;

  const definition = new CfnTaskDefinition(kit.scope, 'Task', {
    requiresCompatibilities: [when(onInstances, 'EC2', 'FARGATE')],
    networkMode: 'awsvpc',
    cpu: cpu!,
    memory: memory!,
    runtimePlatform: { cpuArchitecture: when(isArm, 'ARM64', 'X86_64'), operatingSystemFamily: 'LINUX' },
    executionRoleArn: executionRole.attrArn,
    taskRoleArn: taskRole.attrArn,
    ...(storage && {
      ephemeralStorage: whenMap<CfnTaskDefinition.EphemeralStorageProperty>(storage.isMore, {
        SizeInGiB: storage.size,
      }),
    }),
    ...(container.volumes && { volumes: [...container.volumes] }),
    containerDefinitions: [
      {
        name: WEB_CONTAINER,
        image: container.image,
        essential: true,
        portMappings: [{ containerPort: container.port, protocol: 'tcp' }],
        environment: Object.entries(container.environment).map(([name, value]) => ({ name, value })),
        secrets: [...container.secrets],
        readonlyRootFilesystem: unless<boolean>(writable, true),
        linuxParameters: { initProcessEnabled: true },
        stopTimeout: STOP_SECONDS,
        ...(container.mounts && { mountPoints: [...container.mounts] }),
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': logGroup.ref,
            'awslogs-region': Aws.REGION,
            'awslogs-stream-prefix': WEB_CONTAINER,
            // A container that logs faster than CloudWatch takes must not stand still for it.
            mode: 'non-blocking',
            'max-buffer-size': '25m',
          },
        },
        ...container.more,
      },
    ],
  });
  return { definition, taskRole, executionRole, logGroup };
}

/** What ECS does to start a task: fetch its image, read its secrets, write its logs. */
function startingRole(
  { role }: Pick<Build<Record<never, never>>, 'role'>,
  { KeyArn }: TaskParams,
  { readsSecrets, startMay = [] }: WebContainer,
  logGroup: CfnLogGroup,
): CfnRole {
  return role('ExecutionRole', {
    service: 'ecs-tasks.amazonaws.com',
    description: 'Fetches the image, reads the secrets and writes the logs of the tasks',
    policies: {
      start: [
        {
          Sid: 'Logs',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: logGroup.attrArn,
        },
        // Public images need none of it.
        { Sid: 'Registry', Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
        {
          Sid: 'Image',
          Effect: 'Allow',
          Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          Resource: `arn:${Aws.PARTITION}:ecr:*:${Aws.ACCOUNT_ID}:repository/*`,
        },
        ...readsSecrets.map(({ arn, only }, index) => {
          const read: Statement = {
            Sid: `Secret${index + 1}`,
            Effect: 'Allow',
            Action: 'secretsmanager:GetSecretValue',
            Resource: arn,
          };
          return only ? when(only, read) : read;
        }),
        when<Statement>(KeyArn.given, {
          Sid: 'SecretsKey',
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Resource: KeyArn.orEmpty,
          Condition: { StringLike: { 'kms:ViaService': `secretsmanager.${Aws.REGION}.amazonaws.com*` } },
        }),
        ...startMay,
      ],
    },
  });
}

/** What the container itself may do, and a shell in it where one is let in. */
function runningRole(
  { role }: Pick<Build<Record<never, never>>, 'role'>,
  { ExecuteCommand, KeyArn }: TaskParams,
  { may = [] }: WebContainer,
  logGroup: CfnLogGroup,
): CfnRole {
  const made = role('TaskRole', {
    service: 'ecs-tasks.amazonaws.com',
    description: 'What the containers themselves may do',
    // Source: ECS Developer Guide, "Amazon ECS task IAM role", Creating the task IAM role.
    trustCondition: { StringEquals: forThisAccount, ArnLike: { 'aws:SourceArn': ownArn('ecs', '*') } },
    policies: may.length > 0 ? { task: may } : {},
  });
  const write = ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'];
  // Source: ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec", Prerequisites.
  const shell: Statement[] = [
    {
      Sid: 'Channels',
      Effect: 'Allow',
      Action: ['Control', 'Data'].flatMap((kind) =>
        ['Create', 'Open'].map((verb) => `ssmmessages:${verb}${kind}Channel`),
      ),
      Resource: '*',
    },
    { Sid: 'Record', Effect: 'Allow', Action: write, Resource: logGroup.attrArn },
    { Sid: 'FindRecord', Effect: 'Allow', Action: 'logs:DescribeLogGroups', Resource: '*' },
    when(KeyArn.given, {
      Sid: 'SessionKey',
      Effect: 'Allow' as const,
      Action: 'kms:Decrypt',
      Resource: KeyArn.orEmpty,
    }),
  ];
  made.policies = [
    ...((made.policies ?? []) as CfnRole.PolicyProperty[]),
    whenMap<CfnRole.PolicyProperty>(ExecuteCommand, { PolicyName: 'shell', PolicyDocument: policyDocument(shell) }),
  ];
  return made;
}
