import { CfnDBCluster, CfnDBInstance } from 'aws-cdk-lib/aws-rds';
import { output } from '../definition/output.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';
import { render } from '../rendering/render.ts';
import { governor, keys } from '../testing/upstreams.ts';
import { auroraAlarms, databaseEvents, rdsAlarms } from './database-alarms.ts';
import { serverAndClients } from './server-and-clients.ts';
import { serviceLogRetention } from './service-log-retention.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:warning';

const template = defineTemplate({
  name: 'test/databases',
  summary: 'What databases are surrounded by',
  parameters: {
    KeyArn: param.recommendedFrom(keys, 'KeyArn'),
    TopicArn: param.optionalTopicArn({ description: 'Who is told' }),
    Postgres: param.flag({ description: 'Whether it is PostgreSQL' }),
  },
  outputs: { ClientSg: output.securityGroupId('The clients') },
  build(kit) {
    const { scope, params, lambdaFunction } = kit;
    const one = new CfnDBInstance(scope, 'One', { engine: 'postgres' });
    const many = new CfnDBCluster(scope, 'Many', { engine: 'aurora-postgresql' });
    const watched = {
      isPostgres: params.Postgres,
      manyConnections: 200,
      larger: 'grow',
      critical: params.TopicArn,
      warning: params.TopicArn,
    };
    rdsAlarms(kit, one, watched);
    auroraAlarms(kit, many, watched);
    databaseEvents(kit, { identifiers: [one.ref, many.ref], tell: params.TopicArn });
    serviceLogRetention(kit, {
      prefix: `/aws/rds/instance/${one.ref}`,
      logs: [{ id: 'Postgresql', name: 'postgresql', only: params.Postgres }],
      retentionInDays: 30,
    });
    // A grant that the template makes no use of.
    lambdaFunction('Worker', governor, {
      environment: { MODE: 'x' },
      grants: { governed: ['arn:x'], listing: [] },
      logs: { retentionInDays: 7 },
    });
    const groups = serverAndClients(scope, { server: 'Server', clients: 'Clients' }, 'vpc-0a', 5432);
    return { ClientSg: groups.clients.attrGroupId };
  },
});
const resourcesOf = (parameters: Record<string, string> = {}) => render(template, { parameters }).resources;
const alarmsOf = (resources: ReturnType<typeof resourcesOf>) =>
  Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');

describe('a database', () => {
  it('is watched by alarms that say what to do, and reach somebody', () => {
    const alarms = alarmsOf(resourcesOf({ TopicArn: TOPIC, Postgres: 'true' }));
    expect(alarms).toHaveLength(12);
    for (const [id, { Properties }] of alarms) {
      expect({ id, actions: Properties.AlarmActions }).toEqual({ id, actions: [TOPIC] });
      expect(String(Properties.AlarmDescription)).toMatch(/\. \w.+|: .+/);
    }
  });

  it('has no alarm on transaction ids where it is not PostgreSQL', () => {
    const ids = alarmsOf(resourcesOf()).map(([id]) => id);
    expect(ids).toHaveLength(10);
    expect(ids.filter((id) => id.includes('TransactionIds'))).toEqual([]);
  });

  it('tells its own events, to the topic alone that there is', () => {
    expect(resourcesOf()).not.toHaveProperty('DatabaseEvents');
    expect(resourcesOf({ TopicArn: TOPIC }).DatabaseEvents!.Properties).toMatchObject({
      EventPattern: { source: ['aws.rds'], detail: { SourceIdentifier: ['${One}', '${Many}'] } },
      Targets: [{ Arn: TOPIC }],
    });
  });

  it('tells that it stopped and came back, and not that an idle one falls asleep and wakes', () => {
    const { EventPattern } = resourcesOf({ TopicArn: TOPIC }).DatabaseEvents!.Properties;
    const { detail } = EventPattern as unknown as { detail: Record<string, unknown[]> };
    expect(detail.EventCategories).toEqual(expect.arrayContaining(['availability', 'failover', 'notification']));
    expect(detail.EventID).toEqual([
      { 'anything-but': ['RDS-EVENT-0370', 'RDS-EVENT-0371', 'RDS-EVENT-0372', 'RDS-EVENT-0373', 'RDS-EVENT-0374'] },
    ]);
  });

  it('is at its limits where its writer is, whatever idle readers there are', () => {
    const { AuroraCapacityAlarm, AuroraDeadlocksAlarm, AuroraReplicaLagAlarm } = resourcesOf();
    for (const alarm of [AuroraCapacityAlarm, AuroraDeadlocksAlarm])
      expect(alarm!.Properties.Dimensions).toEqual([
        { Name: 'DBClusterIdentifier', Value: '${Many}' },
        { Name: 'Role', Value: 'WRITER' },
      ]);
    expect(AuroraReplicaLagAlarm!.Properties.Dimensions).toEqual([{ Name: 'DBClusterIdentifier', Value: '${Many}' }]);
  });

  it('has its logs kept for as long as is said, by a role that can do nothing else', () => {
    const { LogRetentionRole, PostgresqlRetention } = resourcesOf({ Postgres: 'true' });
    expect(LogRetentionRole!.Properties.Policies).toMatchObject([
      {
        PolicyDocument: {
          Statement: [
            {
              Action: 'logs:PutRetentionPolicy',
              Resource: 'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/rds/instance/${One}/*',
            },
          ],
        },
      },
    ]);
    const { Input } = PostgresqlRetention!.Properties.Target as { Input: string };
    expect(JSON.parse(Input)).toEqual({ LogGroupName: '/aws/rds/instance/${One}/postgresql', RetentionInDays: 30 });
    expect(resourcesOf()).not.toHaveProperty('PostgresqlRetention');
  });
});

describe('a server and its clients', () => {
  it('are two groups: members of one reach the other, on one port, and neither anything else', () => {
    const { Server, Clients, ServerFromClients } = resourcesOf();
    expect(Server!.Properties).not.toHaveProperty('SecurityGroupIngress');
    expect(Server!.Properties.SecurityGroupEgress).toEqual([expect.objectContaining({ CidrIp: '127.0.0.1/32' })]);
    expect(Clients!.Properties.SecurityGroupEgress).toEqual([
      expect.objectContaining({ DestinationSecurityGroupId: '${Server.GroupId}', FromPort: 5432, ToPort: 5432 }),
    ]);
    expect(ServerFromClients!.Properties).toMatchObject({
      GroupId: '${Server.GroupId}',
      SourceSecurityGroupId: '${Clients.GroupId}',
    });
  });
});

it('leaves a grant without resources out of the role', () => {
  const { Policies } = resourcesOf().WorkerRole!.Properties as unknown as {
    Policies: { PolicyDocument: { Statement: { Sid: string }[] } }[];
  };
  expect(Policies[0]!.PolicyDocument.Statement.map(({ Sid }) => Sid)).toEqual(['Logs', 'Governed']);
});
