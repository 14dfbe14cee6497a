import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { CfnDBCluster, CfnDBInstance } from 'aws-cdk-lib/aws-rds';
import type { Flag } from '../definition/flag.ts';
import type { Optional } from '../definition/optional.ts';
import type { AlarmOptions, Resources } from './resources.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

type Alarming = Pick<Resources, 'alarm'>;

interface Watched {
  /** Whether it is PostgreSQL, and there. */
  readonly isPostgres: Flag;
  /** Connections of which on somebody is told. */
  readonly manyConnections: number;
  /** What makes it larger, in words, such as `choose a larger InstanceClass`. */
  readonly larger: string;
  readonly critical: AlarmOptions['tell'];
  readonly warning: AlarmOptions['tell'];
}

const lasting = { namespace: 'AWS/RDS', periodSeconds: 300, periods: 3 } as const;

/**
 * What an instance of RDS is watched for: processor, memory, connections, storage and the age of transactions.
 * Logical ids begin with `Rds`. Source: RDS User Guide, "Amazon CloudWatch metrics for Amazon RDS".
 */
export function rdsAlarms(kit: Alarming, on: CfnDBInstance, watched: Watched): void {
  const dimensions = { DBInstanceIdentifier: on.ref };
  databaseAlarms(kit, 'Rds', { on, dimensions }, watched);
  kit.alarm('RdsStorageAlarm', {
    ...lasting,
    on,
    dimensions,
    description:
      'The database has less than 2 GiB of storage left for a quarter of an hour; when it is full it stops. It cannot grow any more, or grew less than six hours ago: let it grow further, and delete what is not needed',
    metric: 'FreeStorageSpace',
    statistic: 'Minimum',
    comparison: 'LessThanThreshold',
    threshold: 2 * GIB,
    tell: watched.critical,
  });
}

/**
 * What a cluster of Aurora is watched for: of whatever instance writes, processor, memory, capacity, connections, the age
 * of transactions and deadlocks, which an average with idle readers would hide; and readers that fall behind. Logical
 * ids begin with `Aurora`.
 * Source: Aurora User Guide, "Amazon CloudWatch metrics for Amazon Aurora".
 */
export function auroraAlarms(kit: Alarming, on: CfnDBCluster, watched: Watched): void {
  const dimensions = { DBClusterIdentifier: on.ref, Role: 'WRITER' };
  databaseAlarms(kit, 'Aurora', { on, dimensions }, watched);
  const writer = { ...lasting, on, dimensions, tell: watched.warning };
  kit.alarm('AuroraCapacityAlarm', {
    ...writer,
    description:
      'The writer works at its most capacity units for a quarter of an hour and cannot grow: raise them, or find the heaviest statements in Database Insights. Only instances of db.serverless tell',
    metric: 'ACUUtilization',
    statistic: 'Average',
    threshold: 95,
  });
  kit.alarm('AuroraReplicaLagAlarm', {
    ...writer,
    dimensions: { DBClusterIdentifier: on.ref },
    description:
      'A reader is more than five seconds behind for a quarter of an hour: it answers with old data. Look for a reader that is smaller than the writer, or for long statements on it',
    metric: 'AuroraReplicaLagMaximum',
    statistic: 'Maximum',
    threshold: 5000,
  });
  kit.alarm('AuroraDeadlocksAlarm', {
    ...writer,
    description:
      'Transactions block each other more than six times a minute for a quarter of an hour, and fail. The log names them: let them take their rows in one order, and keep them short',
    metric: 'Deadlocks',
    statistic: 'Average',
    threshold: 0.1,
  });
}

/** Events that tell of harm, or of what may become it. */
const TOLD = 'availability,deletion,failover,failure,low storage,maintenance,notification,recovery'.split(',');
/** Of the category notification too: an instance of db.serverless falls asleep and wakes, many times a day. */
const SLEEP = [0, 1, 2, 3, 4].map((n) => `RDS-EVENT-037${n}`);

/**
 * What happens to databases of RDS and Aurora, such as a failover, becomes a message. It comes by EventBridge, which the
 * topics of `operations/alerts` let in; a subscription of RDS's own they do not.
 * Sources: RDS User Guide, "Amazon RDS event categories and event messages" and "Creating a rule that triggers on an
 * Amazon RDS event".
 */
export function databaseEvents(
  { scope }: Pick<Resources, 'scope'>,
  { identifiers, tell }: { readonly identifiers: readonly string[]; readonly tell: Optional<'topicArn'> },
): void {
  tell.given.guards(
    new CfnRule(scope, 'DatabaseEvents', {
      description: 'Tells what happens to the database',
      eventPattern: {
        source: ['aws.rds'],
        'detail-type': ['RDS DB Instance Event', 'RDS DB Cluster Event'],
        detail: {
          EventCategories: TOLD,
          EventID: [{ 'anything-but': SLEEP }],
          SourceIdentifier: identifiers,
        },
      },
      targets: [
        {
          id: 'Topic',
          arn: tell.orEmpty,
          inputTransformer: {
            inputPathsMap: { name: '$.detail.SourceIdentifier', text: '$.detail.Message', event: '$.detail.EventID' },
            inputTemplate: '"Database <name>: <text> (<event>)"',
          },
        },
      ],
    }),
  );
}

function databaseAlarms(
  { alarm }: Alarming,
  id: string,
  of: Pick<AlarmOptions, 'on' | 'dimensions'>,
  { isPostgres, manyConnections, larger, critical, warning }: Watched,
): void {
  alarm(`${id}CpuAlarm`, {
    ...lasting,
    ...of,
    description: `The database computes at its limit for a quarter of an hour: statements wait. Find the heaviest in Database Insights and help them by an index, or ${larger}`,
    metric: 'CPUUtilization',
    statistic: 'Average',
    threshold: 90,
    tell: warning,
  });
  alarm(`${id}MemoryAlarm`, {
    ...lasting,
    ...of,
    description: `The database has less than 128 MiB of memory left for a quarter of an hour and may restart. Close connections that nobody uses, or ${larger}`,
    metric: 'FreeableMemory',
    statistic: 'Average',
    comparison: 'LessThanThreshold',
    threshold: 128 * MIB,
    tell: warning,
  });
  alarm(`${id}ConnectionsAlarm`, {
    ...lasting,
    ...of,
    description: `Very many connections for a quarter of an hour: soon the database refuses new ones. Look for an application that does not close them, run fewer copies of it, or ${larger}`,
    metric: 'DatabaseConnections',
    statistic: 'Maximum',
    threshold: manyConnections,
    tell: warning,
  });
  isPostgres.guards(
    alarm(`${id}TransactionIdsAlarm`, {
      ...lasting,
      ...of,
      description:
        'The oldest transaction is a billion ids old; at two billions PostgreSQL stops writing. End long transactions and forgotten replication slots, and let VACUUM (FREEZE) run on the oldest tables',
      metric: 'MaximumUsedTransactionIDs',
      statistic: 'Maximum',
      threshold: 1_000_000_000,
      tell: critical,
    }),
  );
}
