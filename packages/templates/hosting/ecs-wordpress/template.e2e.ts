import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { synthesise, type Template, UNBOUND } from '@bitclouded/kit';
import { type DatabaseServer, startDatabaseServer } from '../../../../tools/e2e/databases/database-server.ts';
import { openSession } from '../../../../tools/e2e/databases/database-session.ts';
import { mariadbServer } from '../../../../tools/e2e/databases/mariadb-server.ts';
import { buildFunctions } from '../../../../tools/e2e/functions/published-function.ts';
import { findPaths } from '../../../../tools/e2e/paths.ts';
import { createStack, deleteStack, updateStack } from '../../../../tools/e2e/stacks.ts';
import { type StandIn, startStandIn } from '../../../../tools/e2e/stand-in.ts';
import { body } from '../../../../tools/e2e/trial.ts';
import ecsAppBase from '../../platforms/ecs-app-base/template.ts';
import ecsBase from '../../platforms/ecs-base/template.ts';
import ecsService from '../../platforms/ecs-service/template.ts';
import ecsWordpress from './template.ts';

const BUCKET = 'published';
const FUNCTIONS = ['db-bootstrap', 'secret-rotation', 'listener-rule', 'ecs-drain'];
const { repository } = findPaths();
let standIn: StandIn;
let server: DatabaseServer;
let cloudFormation: CloudFormationClient;
let s3: S3Client;
let secrets: SecretsManagerClient;
let network: Readonly<Record<string, string>>;
let database: Readonly<Record<string, string>>;

beforeAll(async () => {
  await buildFunctions(repository, FUNCTIONS);
  [standIn, server] = await Promise.all([startStandIn(), startDatabaseServer(mariadbServer)]);
  cloudFormation = new CloudFormationClient({ ...standIn });
  s3 = new S3Client({ ...standIn, forcePathStyle: true });
  secrets = new SecretsManagerClient({ ...standIn });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  for (const name of FUNCTIONS)
    await put(`${name}.zip`, readFileSync(join(repository, 'dist/lambdas', name, 'function.zip')));
  network = (await createStack(cloudFormation, { name: 'network', template: body(NETWORK) })).outputs;
  const SecretString = JSON.stringify(server.admin);
  const { ARN = '' } = await secrets.send(new CreateSecretCommand({ Name: 'admin', SecretString }));
  database = {
    DbEndpoint: server.host,
    DbPort: String(server.port),
    DbEngine: 'mysql',
    DbClientSg: network.ClientSg!,
  };
  database = { ...database, DbAdminSecretArn: ARN };
});
afterAll(() => Promise.all([standIn?.stop(), server?.stop()]));

const put = (Key: string, Body: Buffer | string) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

/** What the upstream templates would give, as far as these need it to be there. */
const NETWORK = {
  Resources: {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    ...Object.fromEntries(
      ['a', 'b'].map((zone, index) => [
        `Subnet${zone}`,
        {
          Type: 'AWS::EC2::Subnet',
          Properties: {
            VpcId: { Ref: 'Vpc' },
            CidrBlock: `10.0.${index}.0/24`,
            AvailabilityZone: `us-east-1${zone}`,
          },
        },
      ]),
    ),
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { VpcId: { Ref: 'Vpc' }, GroupDescription: 'All of the test' },
    },
    Balancer: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: { Name: 'shared', Type: 'application', Subnets: [{ Ref: 'Subneta' }, { Ref: 'Subnetb' }] },
    },
    ...Object.fromEntries(
      Object.entries({ Http: 80, Https: 443 }).map(([id, Port]) => [
        id,
        {
          Type: 'AWS::ElasticLoadBalancingV2::Listener',
          Properties: {
            LoadBalancerArn: { Ref: 'Balancer' },
            Port,
            Protocol: 'HTTP',
            DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
          },
        },
      ]),
    ),
    Zone: { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'example.com' } },
    Files: { Type: 'AWS::EFS::FileSystem', Properties: {} },
    Instances: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'ssm:UpdateInstanceInformation', Resource: '*' }],
        },
      },
    },
  },
  Outputs: Object.fromEntries(
    Object.entries({
      VpcId: { Ref: 'Vpc' },
      ServerSubnets: { 'Fn::Join': [',', [{ Ref: 'Subneta' }, { Ref: 'Subnetb' }]] },
      ClientSg: { 'Fn::GetAtt': ['Group', 'GroupId'] },
      AlbFullName: { 'Fn::GetAtt': ['Balancer', 'LoadBalancerFullName'] },
      AlbDnsName: { 'Fn::GetAtt': ['Balancer', 'DNSName'] },
      AlbZoneId: { 'Fn::GetAtt': ['Balancer', 'CanonicalHostedZoneID'] },
      HttpListenerArn: { Ref: 'Http' },
      HttpsListenerArn: { Ref: 'Https' },
      HostedZoneId: { Ref: 'Zone' },
      FileSystemId: { Ref: 'Files' },
      FileSystemArn: { 'Fn::GetAtt': ['Files', 'Arn'] },
      InstancePolicyArn: { Ref: 'Instances' },
    }).map(([name, Value]) => [name, { Value }]),
  ),
};

/** The template as a release would publish it; servers of databases are trusted by the test's authority. */
async function published(template: Template): Promise<{ url: string }> {
  const { template: text, interface: face } = synthesise(template);
  const mapping = (text as { Mappings?: { Artifacts?: Record<string, Record<string, string>> } }).Mappings?.Artifacts;
  for (const [name, artifact] of Object.entries(mapping ?? {}))
    for (const [key, value] of Object.entries(artifact))
      if (value === UNBOUND) artifact[key] = key === 'Key' ? `${name}.zip` : `localhost/${name}:1.0`;
  if (mapping) mapping['us-east-1'] = { Bucket: BUCKET };
  const bound = JSON.stringify(text).replaceAll('/var/runtime/ca-cert.pem', server.caFile);
  await put(`${face.name}.json`, bound);
  return { url: `https://${BUCKET}.s3.us-east-1.amazonaws.com/${face.name}.json` };
}

const pick = (names: string): Record<string, string> =>
  Object.fromEntries(names.split(' ').map((name) => [name, network[name]!]));
const rulesOf = async (ListenerArn: string): Promise<Rule[]> =>
  (
    (await new ElasticLoadBalancingV2Client({ ...standIn }).send(new DescribeRulesCommand({ ListenerArn }))).Rules ?? []
  ).filter(({ IsDefault }) => !IsDefault);
const loginOf = async (arn: string): Promise<{ username: string; password: string; dbname: string }> =>
  JSON.parse((await secrets.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString!);

it('gives an application a database and a user that logs in, and keeps both', async () => {
  const template = await published(ecsAppBase);
  const parameters = { ...pick('VpcId ServerSubnets FileSystemId'), ...database, AppName: 'shop' };
  const { outputs } = await createStack(cloudFormation, { name: 'shop-base', template, parameters });
  const { AppDbSecretArn = '' } = outputs;
  expect(outputs).toMatchObject({ AppDbName: 'shop', AppAccessPointId: expect.stringMatching(/^fsap-/) });
  const login = await loginOf(AppDbSecretArn);
  expect(login).toEqual({ username: 'shop', dbname: 'shop', password: expect.stringMatching(/^.{40}$/) });
  const logsIn = async () => {
    const session = await openSession('mysql', server, { ...login, database: 'shop' });
    const answer = await session.query('SELECT CURRENT_USER()');
    await session.close();
    return answer;
  };
  expect(await logsIn()).toMatch(/^shop@/);

  // Rotation off, other files' owner and all: the password is the same one.
  await updateStack(cloudFormation, {
    name: 'shop-base',
    template,
    parameters: { ...parameters, Revision: '2', RotationDays: '0' },
  });
  expect(await loginOf(AppDbSecretArn)).toEqual(login);

  await deleteStack(cloudFormation, 'shop-base');
  expect((await secrets.send(new DescribeSecretCommand({ SecretId: AppDbSecretArn }))).DeletedDate).toBeUndefined();
  expect(await logsIn()).toMatch(/^shop@/);
});

describe('on a cluster', () => {
  let cluster: Readonly<Record<string, string>>;
  const alb = pickLater('VpcId ServerSubnets AlbFullName AlbDnsName AlbZoneId HttpListenerArn');

  beforeAll(async () => {
    const parameters = pick('VpcId ServerSubnets InstancePolicyArn');
    cluster = (await createStack(cloudFormation, { name: 'ecs-base', template: await published(ecsBase), parameters }))
      .outputs;
  });

  it('makes a group of instances and takes it away again, drained by the cluster or by ecs-drain', async () => {
    const request = { name: 'ecs-base', template: await published(ecsBase) };
    // A release of this test has no machine image.
    const parameters = { ...pick('VpcId ServerSubnets InstancePolicyArn'), ImageId: 'ami-0123456789abcdef0' };
    expect(cluster.EcsCapacityProvider).toBe('');
    const update = async (more: Record<string, string>) =>
      (await updateStack(cloudFormation, { ...request, parameters: { ...parameters, ...more } })).outputs;
    expect(await update({ MaximumInstances: '3' })).toMatchObject({
      ClusterName: cluster.ClusterName,
      EcsCapacityProvider: expect.stringMatching(/^instances-ecs-base-/),
    });
    const plain = { MaximumInstances: '3', MinimumInstances: '1', ManagedScaling: 'false', TargetCapacity: '90' };
    expect(await update(plain)).toEqual(cluster);
    expect(await update({})).toEqual(cluster);
  });

  it('serves any container by a rule of its own, which moves with the certificate', async () => {
    const request = { name: 'api', template: await published(ecsService) };
    const parameters = {
      ...alb(),
      ...cluster,
      ElbTargetSg: network.ClientSg!,
      HttpsListenerArn: '',
      Image: 'public.ecr.aws/nginx/nginx:1.29.1',
      Path: '/api/*',
    };
    const made = await createStack(cloudFormation, { ...request, parameters });
    expect(made.outputs.ServiceUrl).toBe(`http://${network.AlbDnsName}`);
    expect(await rulesOf(network.HttpListenerArn!)).toEqual([
      expect.objectContaining({ Conditions: [expect.objectContaining({ Field: 'path-pattern', Values: ['/api/*'] })] }),
    ]);

    const moved = await updateStack(cloudFormation, {
      ...request,
      parameters: {
        ...parameters,
        ...pick('HttpsListenerArn HostedZoneId'),
        ZoneName: 'example.com',
        Subdomain: 'api',
      },
    });
    expect(moved.outputs.ServiceUrl).toBe('https://api.example.com');
    expect(await rulesOf(network.HttpListenerArn!)).toEqual([]);
    expect(await rulesOf(network.HttpsListenerArn!)).toHaveLength(1);

    await deleteStack(cloudFormation, 'api');
    expect(await rulesOf(network.HttpsListenerArn!)).toEqual([]);
  });

  it('runs WordPress with the secret by whose tag a rotation finds it', async () => {
    const base = await createStack(cloudFormation, {
      name: 'blog-base',
      template: await published(ecsAppBase),
      parameters: {
        ...pick('VpcId ServerSubnets FileSystemId'),
        ...database,
        AppName: 'blog',
        ClusterName: cluster.ClusterName!,
      },
    });
    const { DbAdminSecretArn: _, ...connection } = database;
    await createStack(cloudFormation, {
      name: 'blog',
      template: await published(ecsWordpress),
      parameters: {
        ...alb(),
        ...cluster,
        ...connection,
        ...base.outputs,
        ...pick('HttpsListenerArn FileSystemId FileSystemArn HostedZoneId'),
        FileClientSg: network.ClientSg!,
        ElbTargetSg: network.ClientSg!,
        ZoneName: 'example.com',
        Subdomain: 'blog',
        AdminEmail: 'admin@example.com',
      },
    });
    const { StackResources = [] } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: 'blog' }));
    const service = StackResources.find(({ LogicalResourceId }) => LogicalResourceId === 'Service');
    const { services = [] } = await new ECSClient({ ...standIn }).send(
      new DescribeServicesCommand({
        cluster: cluster.ClusterName!,
        services: [service!.PhysicalResourceId!],
        include: ['TAGS'],
      }),
    );
    expect(services[0]?.tags).toContainEqual({ key: 'bitclouded:secret', value: base.outputs.AppDbSecretArn });
    for (const name of ['blog', 'blog-base']) await deleteStack(cloudFormation, name);
  });
});

function pickLater(names: string): () => Record<string, string> {
  return () => pick(names);
}
