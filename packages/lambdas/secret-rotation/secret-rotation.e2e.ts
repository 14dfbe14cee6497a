import { randomUUID } from 'node:crypto';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mysql, postgres } from '@bitclouded/kit/databases';
import { type DatabaseServer, startDatabaseServers } from '../../../tools/e2e/databases/database-server.ts';
import { openSession } from '../../../tools/e2e/databases/database-session.ts';
import { mariadbServer } from '../../../tools/e2e/databases/mariadb-server.ts';
import { postgresServer } from '../../../tools/e2e/databases/postgres-server.ts';
import { buildFunctions, publishedFunction } from '../../../tools/e2e/functions/published-function.ts';
import { findPaths } from '../../../tools/e2e/paths.ts';
import { createStack } from '../../../tools/e2e/stacks.ts';
import { type StandIn, startStandIn } from '../../../tools/e2e/stand-in.ts';
import { body } from '../../../tools/e2e/trial.ts';

const KINDS = [
  { name: 'PostgreSQL', engine: postgres, server: postgresServer, DbEngine: 'postgres' },
  { name: 'MariaDB', engine: mysql, server: mariadbServer, DbEngine: 'mysql' },
] as const;
const FIRST = { username: 'shop', password: 'of 16 characters' };
const signal = AbortSignal.timeout(280_000);
const { repository } = findPaths();
let standIn: StandIn;

beforeAll(async () => {
  await buildFunctions(repository, ['secret-rotation']);
  standIn = await startStandIn();
});
afterAll(() => standIn?.stop());

describe.each(KINDS)('on $name', ({ engine, server: kind, DbEngine }) => {
  let server: DatabaseServer;
  let stranger: DatabaseServer;

  beforeAll(async () => {
    [server, stranger] = (await startDatabaseServers(kind, {}, {})) as [DatabaseServer, DatabaseServer];
    await engine.prepare(server, server.admin, { ...FIRST, database: 'shop' }, signal);
  });
  afterAll(() => Promise.all([server, stranger].map((each) => each?.stop())));

  const logIn = (login: { username: string; password: string }) =>
    openSession(DbEngine, server, { ...login, database: 'shop' });

  /** The function as published, with a secret of its own, in a cluster of its own. */
  async function publish(name: string, caFile: string) {
    const secrets = new SecretsManagerClient({ ...standIn });
    const keep = async (Name: string, value: object) =>
      (await secrets.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }))).ARN!;
    const [admin, secret] = [
      await keep(`${name}-admin`, server.admin),
      await keep(name, { ...FIRST, dbname: 'shop', note: 'kept' }),
    ];
    const ecs = new ECSClient({ ...standIn });
    await ecs.send(new CreateClusterCommand({ clusterName: name }));
    // The stand-in asks for the cluster where AWS asks for the service.
    const services = [`arn:aws:ecs:*:*:service/${name}/*`, `arn:aws:ecs:*:*:cluster/${name}`];
    const granted = {
      ...{ secret, admin, decrypt: 'arn:aws:kms:*:*:key/*', encrypt: 'arn:aws:kms:*:*:key/*' },
      ...{ clusters: '*', list: '*', services, deploy: services },
    };
    const resources = await publishedFunction(
      new S3Client({ ...standIn, forcePathStyle: true }),
      repository,
      'secret-rotation',
      granted,
      {
        DATABASE_CA_FILE: caFile,
        DB_ENDPOINT: server.host,
        DB_PORT: String(server.port),
        DB_ENGINE: DbEngine,
        DB_ADMIN_SECRET_ARN: admin,
        APP_DB_NAME: 'shop',
        CLUSTER_NAME: name,
      },
    );
    const { outputs } = await createStack(new CloudFormationClient({ ...standIn }), {
      name,
      template: body({ Resources: resources, Outputs: { Function: { Value: { 'Fn::GetAtt': ['Function', 'Arn'] } } } }),
    });
    // The stand-in only turns the rotation on; its steps are taken below.
    await secrets.send(new RotateSecretCommand({ SecretId: secret, RotationLambdaARN: outputs.Function }));

    const lambda = new LambdaClient({ ...standIn });
    const begin = async (): Promise<string> => {
      const ClientRequestToken = randomUUID();
      await secrets.send(
        new PutSecretValueCommand({ SecretId: secret, ClientRequestToken, VersionStages: ['AWSPENDING'] }),
      );
      return ClientRequestToken;
    };
    /** @returns what the function threw; undefined where it is done */
    const step = async (Step: string, ClientRequestToken: string): Promise<string | undefined> => {
      const Payload = JSON.stringify({ Step, SecretId: secret, ClientRequestToken });
      const answer = await lambda.send(new InvokeCommand({ FunctionName: outputs.Function, Payload }));
      return answer.FunctionError === undefined ? undefined : answer.Payload!.transformToString();
    };
    const rotate = async (): Promise<void> => {
      const token = await begin();
      // Each twice, as after an answer that was lost.
      for (const name of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'])
        for (let times = 0; times < 2; times += 1) expect(await step(name, token)).toBeUndefined();
    };
    const current = async (): Promise<{ username: string; password: string }> =>
      JSON.parse((await secrets.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString!);
    return { ecs, secret, begin, step, rotate, current };
  }

  it('rotates twice: each user alters what the other made, and the old login and its connections live on', async () => {
    const cluster = `shop-${DbEngine}`;
    const { ecs, secret, rotate, current } = await publish(cluster, server.caFile);
    const [family, containerDefinitions] = ['web', [{ name: 'web', image: 'web', memory: 64 }]];
    await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions }));
    for (const [serviceName, value] of [
      ['web', secret],
      ['other', `${secret}-other`],
    ] as const)
      await ecs.send(
        new CreateServiceCommand({
          cluster,
          serviceName,
          taskDefinition: family,
          desiredCount: 0,
          tags: [{ key: 'bitclouded:secret', value }],
        }),
      );

    const deployments = async () => {
      const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: ['web', 'other'] }));
      return services!.map(({ deployments }) => deployments!.find(({ status }) => status === 'PRIMARY')!.id);
    };
    const made = await deployments();

    const first = await logIn(FIRST);
    await first.query('CREATE TABLE goods (name varchar(9))', "INSERT INTO goods VALUES ('tea')");
    await rotate();

    const clone = await current();
    expect(clone).toMatchObject({ username: 'shop_clone', dbname: 'shop', note: 'kept' });
    const second = await logIn(clone);
    await second.query(
      'ALTER TABLE goods ADD price int',
      'CREATE TABLE orders (n int)',
      'INSERT INTO orders VALUES (7)',
    );
    await second.query('CREATE VIEW cheap AS SELECT name FROM goods');
    expect(await first.query('SELECT name FROM cheap')).toBe('tea');
    await (await logIn(FIRST)).close();
    const [web, other] = await deployments();
    expect(web).not.toBe(made[0]);
    expect(other).toBe(made[1]);

    await rotate();
    const third = await logIn(await current());
    expect(await current()).toMatchObject({ username: 'shop' });
    expect((await current()).password).not.toBe(FIRST.password);
    await third.query('ALTER TABLE orders ADD m int', 'DROP VIEW cheap', 'UPDATE orders SET m = 8');
    expect(Number(await second.query('SELECT n + m FROM orders'))).toBe(15);
    expect(await first.query('SELECT name FROM goods')).toBe('tea');
    await expect(logIn(FIRST)).rejects.toThrow(/password|denied/i);
    await Promise.all([first, second, third].map((session) => session.close()));
  });

  it('goes to no server of another authority, and changes nothing there', async () => {
    const { begin, step, current } = await publish(`distrust-${DbEngine}`, stranger.caFile);
    const before = await current();
    const token = await begin();
    expect(await step('createSecret', token)).toBeUndefined();
    for (const name of ['setSecret', 'testSecret', 'finishSecret']) {
      const failure = await step(name, token);
      expect(failure).toMatch(/unreachable/);
      expect(failure).toMatch(/certificate|signature/i);
      expect(failure).not.toContain(before.password);
    }
    expect(await current()).toEqual(before);
  });
});
