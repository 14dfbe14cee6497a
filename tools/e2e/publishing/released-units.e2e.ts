import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateDBSnapshotCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  type AwsHost,
  bucketOf,
  keyOf,
  type Manifest,
  parseDocument,
  parseIndex,
  serialise,
  sha256Of,
  type TemplateInterface,
} from '@bitclouded/documents';
import { mysql } from '@bitclouded/kit/databases';
import { closureOf } from '@bitclouded/provisioner/closure';
import { readDist } from '../../../release/read-dist.ts';
import { awsTestHost } from '../../../release/testing/aws-host.ts';
import { locksOf } from '../../../release/testing/two-hosts.ts';
import { lostData } from '../catalogue/lost-data.ts';
import { change, cloneRepository, nextVersion, succeed } from '../clones.ts';
import { type DatabaseServer, startDatabaseServer } from '../databases/database-server.ts';
import { openSession } from '../databases/database-session.ts';
import { administratorStatements, mariadbServer } from '../databases/mariadb-server.ts';
import { type ObjectStore, startObjectStore } from '../object-store/start-object-store.ts';
import { findPaths } from '../paths.ts';
import { type CompleteRegistry, startCompleteRegistry } from '../registry/start-complete-registry.ts';
import { createStack, deleteStack } from '../stacks.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';
import { type ClosureStacks, closureStacks, stackName, templateUrl } from './closure-stacks.ts';
import { contentsOfHost, makeHost } from './host-buckets.ts';
import { environmentOf } from './publisher.ts';

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
/** Where stacks are made: not the home region, so that code must have come to its bucket. */
const DEPLOYED_IN = 'eu-west-1';
const ROOT = 'hosting/ecs-wordpress';
const GOVERNED = 'analytics/logs-store';
/** The function that the next release changes. */
const CHANGED = 'listener-rule';
/** What a person says for the closure: all that it asks, and a site with a name of its own over HTTPS. */
const ANSWERS = {
  'foundation/dns-zone': { Domain: 'example.com', Certificates: 'true' },
  'networking/vpc': { Zone1: `${DEPLOYED_IN}a`, Zone2: `${DEPLOYED_IN}b` },
  'platforms/ecs-app-base': { AppName: 'blog' },
  [ROOT]: { AdminEmail: 'admin@example.com', Subdomain: 'blog' },
};

type Outputs = Readonly<Record<string, string>>;

/** All units of a clone, by the command that people run, to hosts of three regions; then stacks of what was published. */
describe('all units, released to S3', () => {
  let stored: AwsHost;
  let deployed: AwsHost;
  let registry: CompleteRegistry;
  let parent: string;
  let clone: string;
  let store: ObjectStore;
  let standIn: StandIn;
  let cloudFormation: CloudFormationClient;
  let faces: ReadonlyMap<string, TemplateInterface>;
  let stacks: ClosureStacks;
  let database: DatabaseServer | undefined;
  let restored: DatabaseServer | undefined;

  beforeAll(async () => {
    parent = mkdtempSync(join(tmpdir(), 'bitclouded-released-'));
    [store, standIn, registry] = await Promise.all([
      startObjectStore(),
      startStandIn({ functionsInVpc: 'routed' }),
      startCompleteRegistry(),
    ]);
    stored = awsTestHost(REGIONS, { name: 'stored', registry: registry.name });
    deployed = awsTestHost(REGIONS, { name: 'deployed', registry: registry.name });
    cloudFormation = new CloudFormationClient({ ...standIn, region: DEPLOYED_IN });
    await makeHost(store, stored);
    await makeHost(standIn, deployed);
    clone = await cloneRepository(parent, 'clone');
    await prepare(clone, [stored, deployed]);
    await nextVersion(clone, 'minor', 'First');
  });
  afterAll(async () => {
    await Promise.all([store?.stop(), standIn?.stop(), registry?.stop(), database?.stop(), restored?.stop()]);
    rmSync(parent, { recursive: true, force: true });
  });

  const release = (host: AwsHost, server: ObjectStore | StandIn): Promise<string> =>
    succeed(process.execPath, [join(findPaths().repository, 'release/bin.ts'), '--host', host.name], clone, {
      ...environmentOf(server.endpoint, server.credentials),
    });

  it('stand in every region of a real object store as their manifest says, and are visible', async () => {
    expect(await release(stored, store)).toMatch(/Released 0\.1\.0 on stored/);
    const contents = await contentsOfHost(store, stored);
    const manifest = parseDocument('manifest', bytesOf(contents[`us-east-1 ${keyOf.manifest('0.1.0')}`]!), 'manifest');
    expect(manifest.artifacts.filter(({ kind }) => kind === 'template').length).toBeGreaterThanOrEqual(4);
    for (const artifact of manifest.artifacts.filter((each) => each.kind !== 'image'))
      for (const region of artifact.kind === 'lambda' ? REGIONS : ['us-east-1']) {
        const found = contents[`${region} ${artifact.key}`];
        expect(found && sha256Of(bytesOf(found))).toBe(artifact.sha256);
      }
    // As strangers read it.
    const index = await fetch(`${store.endpoint}/${bucketOf(stored, 'us-east-1')}/${keyOf.index()}`);
    expect(parseIndex(Buffer.from(await index.arrayBuffer()), 'index').index).toMatchObject({
      serial: 1,
      channels: { latest: '0.1.0' },
    });
  });

  it('make the closure of WordPress, 17 stacks in waves, each with the outputs of those before it', async () => {
    expect(await release(deployed, standIn)).toMatch(/Released 0\.1\.0 on deployed/);
    const { units } = await readDist(join(clone, 'dist'));
    const templates = units.flatMap((unit) => (unit.interface.kind === 'template' ? [unit.interface] : []));
    faces = new Map(templates.map((face) => [face.name, face]));
    const needs = closureOf(ROOT, faces);
    expect(needs).toHaveLength(17);
    expect(closureOf(ROOT, faces, { minimal: true })).toHaveLength(13);
    stacks = closureStacks(cloudFormation, needs, ANSWERS);
    await stacks.create(manifestOf('0.1.0'), connectDatabase);
    expect([...stacks.outputs.keys()].sort()).toEqual(needs.map(({ template }) => template).sort());
    expect(stacks.outputs.get(ROOT)).toEqual({ WordpressUrl: 'https://blog.example.com' });
  });

  it('have run the functions of their custom resources: certificates, a database with its user, a listener rule', async () => {
    const { CertificateArn, CdnCertificateArn } = stacks.outputs.get('foundation/dns-zone')!;
    expect(CertificateArn).toMatch(new RegExp(`^arn:aws:acm:${DEPLOYED_IN}:`));
    expect(CdnCertificateArn).toMatch(/^arn:aws:acm:us-east-1:/);

    const { AppDbSecretArn, AppDbName } = stacks.outputs.get('platforms/ecs-app-base')!;
    const session = await openSession('mysql', database!, {
      ...(await loginIn(AppDbSecretArn!)),
      database: AppDbName!,
    });
    expect(await session.query('SELECT DATABASE()')).toBe('blog');
    await session.close();

    const elb = new ElasticLoadBalancingV2Client({ ...standIn, region: DEPLOYED_IN });
    const { HttpsListenerArn: ListenerArn } = stacks.outputs.get('hosting/loadbalancer')!;
    const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: ListenerArn! }));
    const own = Rules.filter(({ IsDefault }) => !IsDefault);
    const hosts = own.map(({ Conditions = [] }) => Conditions.flatMap((each) => each.HostHeaderConfig?.Values ?? []));
    expect(own.map(({ Priority }) => Priority)).toEqual(['1']);
    expect(hosts).toEqual([['blog.example.com']]);
  });

  it('run a function from the zip in the bucket of its own region', async () => {
    const { key, sha256 } = lambdaOf(manifestOf('0.1.0'), 'log-governor');
    const contents = await contentsOfHost(standIn, deployed);
    expect(sha256Of(bytesOf(contents[`${DEPLOYED_IN} ${key}`]!))).toBe(sha256);
    expect(await codeSha256(GOVERNED)).toBe(sha256);

    const logs = new CloudWatchLogsClient({ ...standIn, region: DEPLOYED_IN });
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/ours', tags: { 'bitclouded:logs': 'governed' } }));
    expect(await invokeGovernor()).toMatchObject({ changed: 1 });
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/ours' }));
    expect(logGroups.map(({ retentionInDays }) => retentionInDays)).toEqual([90]);
  });

  it('take a third zone and a tag later, and nothing of the closure is replaced or goes', async () => {
    const before = stacks.outputs.get('networking/elb-subnets')!.ServerSubnets!.split(',');
    const network = { ...ANSWERS['networking/vpc'], Zone3: `${DEPLOYED_IN}c` };
    const answers = { ...ANSWERS, 'networking/vpc': network };
    expect(await stacks.regrow(manifestOf('0.1.0'), answers, { environment: 'production' })).toEqual([]);
    const subnets = stacks.outputs.get('networking/elb-subnets')!.ServerSubnets!.split(',');
    expect(subnets).toEqual([...before, expect.stringMatching(/./)]);
  });

  it('go on with a database that was restored beside the first one, which stays as it is', async () => {
    const manifest = manifestOf('0.1.0');
    const first = stacks.outputs.get('datastore/rds')!;
    const login = {
      ...(await loginIn(stacks.outputs.get('platforms/ecs-app-base')!.AppDbSecretArn!)),
      database: 'blog',
    };
    const rds = new RDSClient({ ...standIn, region: DEPLOYED_IN });
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    const snapshot = { DBInstanceIdentifier: DBInstances[0]!.DBInstanceIdentifier!, DBSnapshotIdentifier: 'before' };
    await rds.send(new CreateDBSnapshotCommand(snapshot));
    const beside = await createStack(cloudFormation, {
      name: 'database-restored',
      template: { url: templateUrl(manifest, 'datastore/rds') },
      parameters: {
        VpcId: stacks.outputs.get('networking/vpc')!.VpcId!,
        DbSubnetGroup: stacks.outputs.get('networking/private-subnets')!.DbSubnetGroup!,
        Engine: 'mysql',
        Snapshot: 'before',
      },
    });
    expect(beside.outputs.DbAdminSecretArn).not.toBe(first.DbAdminSecretArn);

    // What the snapshot holds: the data, and the application's user with a password of that time.
    restored = await startDatabaseServer(mariadbServer, { certifiedFor: [beside.outputs.DbEndpoint!, 'localhost'] });
    const administrator = await openSession('mysql', restored, restored.admin);
    await administrator.query(...administratorStatements(await loginIn(beside.outputs.DbAdminSecretArn!)));
    await administrator.close();
    const ofThatTime = { ...login, password: 'of that time' };
    await mysql.prepare(restored, restored.admin, ofThatTime, AbortSignal.timeout(30_000));
    const before = await openSession('mysql', restored, ofThatTime);
    await before.query('CREATE TABLE posts (title varchar(9))', "INSERT INTO posts VALUES ('hello')");
    await before.close();
    routeTo(first, database!, beside.outputs, restored);
    await stacks.rewire('datastore/rds', beside.outputs, manifest);

    const application = await openSession('mysql', restored, login);
    expect(await application.query('SELECT title FROM posts')).toBe('hello');
    await application.close();
    const fallback = await openSession('mysql', database!, login);
    expect(await fallback.query('SELECT DATABASE()')).toBe('blog');
    await fallback.close();
    await stacks.rewire('datastore/rds', first, manifest);
    await deleteStack(cloudFormation, 'database-restored');
  });

  it('change nothing in the stacks of the next release but in those that use what changed', async () => {
    change(clone, `packages/lambdas/${CHANGED}/handler.ts`, 'maxAttempts: 6', 'maxAttempts: 7');
    await nextVersion(clone, 'patch', 'The listener rule tries once more');
    expect(await release(deployed, standIn)).toMatch(/Released 0\.1\.1 on deployed/);
    const next = manifestOf('0.1.1');
    expect(lambdaOf(next, CHANGED).sha256).not.toBe(lambdaOf(manifestOf('0.1.0'), CHANGED).sha256);
    const changed = await stacks.preview(next);
    expect(changed.size).toBe(17);
    for (const [template, types] of changed) {
      const isUser = faces.get(template)!.lambdas.includes(CHANGED);
      expect({ template, types }).toEqual({
        template,
        types: isUser ? expect.arrayContaining(['AWS::Lambda::Function']) : [],
      });
    }
    await stacks.update(ROOT, next);
    expect(await codeSha256(ROOT)).toBe(lambdaOf(next, CHANGED).sha256);
  });

  it('are deleted backwards, and what holds data stays', async () => {
    const ids = new Map<string, string>();
    for (const template of stacks.outputs.keys()) {
      const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName(template) }));
      ids.set(template, Stacks[0]!.StackId!);
    }
    await stacks.remove();
    const clients = { cloudFormation, rds: new RDSClient({ ...standIn, region: DEPLOYED_IN }) };
    const lost: string[] = [];
    for (const [template, stackId] of ids)
      lost.push(...(await lostData(clients, stackId, faces.get(template)!)).map((id) => `${template} ${id}`));
    expect(lost).toEqual([]);
    const session = await openSession('mysql', database!, database!.admin);
    expect(await session.query("SHOW DATABASES LIKE 'blog'")).toBe('blog');
    await session.close();
  });

  const manifests = new Map<string, Manifest>();

  /** As it was packed for the host; the released bytes are compared with it by the commands. */
  function manifestOf(version: string): Manifest {
    const known = manifests.get(version);
    if (known !== undefined) return known;
    const path = join(clone, 'dist/release', deployed.name, 'bundle', keyOf.manifest(version));
    const manifest = parseDocument('manifest', readFileSync(path), path);
    manifests.set(version, manifest);
    return manifest;
  }

  /** A server in the place of RDS's, under its name and with its administrator, once the stack has told both. */
  async function connectDatabase(): Promise<void> {
    const rds = stacks.outputs.get('datastore/rds');
    if (rds === undefined || database !== undefined) return;
    const { DbEndpoint = '', DbAdminSecretArn = '' } = rds;
    database = await startDatabaseServer(mariadbServer, { certifiedFor: [DbEndpoint, 'localhost'] });
    const session = await openSession('mysql', database, database.admin);
    await session.query(...administratorStatements(await loginIn(DbAdminSecretArn)));
    await session.close();
    routeTo(rds, database);
  }

  /** Lets functions reach servers by the names of their stacks; of two, both authorities are trusted. */
  function routeTo(rds: Outputs, server: DatabaseServer, otherRds?: Outputs, other?: DatabaseServer): void {
    const pairs = [[rds, server] as const, ...(otherRds && other ? [[otherRds, other] as const] : [])];
    const databaseAuthorities = join(parent, 'authorities.pem');
    writeFileSync(databaseAuthorities, pairs.map(([, { ca }]) => ca).join('\n'));
    const routes = pairs.map(([{ DbEndpoint, DbPort }, { port }]) => [
      `${DbEndpoint}:${DbPort}`,
      { host: '127.0.0.1', port },
    ]);
    standIn.routeFunctions({ routes: Object.fromEntries(routes), databaseAuthorities });
  }

  async function loginIn(SecretId: string): Promise<{ username: string; password: string }> {
    const secrets = new SecretsManagerClient({ ...standIn, region: DEPLOYED_IN });
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    return JSON.parse(SecretString!);
  }

  /** The template has one function. */
  async function functionName(template: string): Promise<string> {
    const { StackResources = [] } = await cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: stackName(template) }),
    );
    return StackResources.find(({ ResourceType }) => ResourceType === 'AWS::Lambda::Function')!.PhysicalResourceId!;
  }

  async function codeSha256(template: string): Promise<string> {
    const lambda = new LambdaClient({ ...standIn, region: DEPLOYED_IN });
    const FunctionName = await functionName(template);
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
    return Buffer.from(Configuration!.CodeSha256!, 'base64').toString('hex');
  }

  async function invokeGovernor(): Promise<unknown> {
    const lambda = new LambdaClient({ ...standIn, region: DEPLOYED_IN });
    const event = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} };
    const FunctionName = await functionName(GOVERNED);
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
    );
    const answer = Buffer.from(Payload ?? []).toString();
    expect({ FunctionError, answer }).toMatchObject({ FunctionError: undefined });
    return JSON.parse(answer);
  }
});

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

function lambdaOf(manifest: Manifest, lambda: string): { key: string; sha256: string } {
  return manifest.artifacts.find(({ kind, name }) => kind === 'lambda' && name === lambda) as never;
}

/** Builds a clone, and writes its hosts and a lock for each of its images, as if each had been pushed. */
async function prepare(folder: string, hosts: readonly AwsHost[]): Promise<void> {
  const config = Object.fromEntries(hosts.map(({ name, ...host }) => [name, host]));
  const text = `import { defineConfig } from '@bitclouded/documents';\n\nexport default defineConfig(${JSON.stringify({ hosts: config })});\n`;
  writeFileSync(join(folder, 'bitclouded.config.ts'), text);
  await succeed('npm', ['run', 'build'], folder);
  for (const [name, lock] of locksOf(await readDist(join(folder, 'dist')), hosts))
    writeFileSync(join(folder, 'packages/images', name, 'image.lock.json'), serialise('image-lock', lock));
}
