import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Application, mysql, postgres } from '@bitclouded/kit/databases';
import fc from 'fast-check';
import { type DatabaseServer, startDatabaseServers } from '../../../tools/e2e/databases/database-server.ts';
import { type DatabaseLogin, openSession } from '../../../tools/e2e/databases/database-session.ts';
import { mariadbServer } from '../../../tools/e2e/databases/mariadb-server.ts';
import { postgresServer } from '../../../tools/e2e/databases/postgres-server.ts';
import { buildFunctions } from '../../../tools/e2e/functions/published-function.ts';
import { findPaths } from '../../../tools/e2e/paths.ts';
import { runProgram } from '../../../tools/e2e/run-program.ts';
import { startStandIn } from '../../../tools/e2e/stand-in.ts';
import { unzipFunction } from '../../../tools/e2e/unzipped-function.ts';

const KINDS = [
  { name: 'PostgreSQL', engine: postgres, server: postgresServer, DbEngine: 'postgres' },
  { name: 'MariaDB', engine: mysql, server: mariadbServer, DbEngine: 'mysql' },
] as const;
const signal = AbortSignal.timeout(280_000);
const password = 'of 16 characters';
const app = (name: string): Application => ({ username: name, password, database: name });

describe.each(KINDS)('on $name', ({ engine, server: kind, DbEngine }) => {
  let server: DatabaseServer;
  let open: DatabaseServer;
  let misnamed: DatabaseServer;

  beforeAll(async () => {
    const wrongName = { certifiedFor: ['elsewhere.example.com'] };
    const servers = await startDatabaseServers(kind, {}, { tls: false }, wrongName);
    [server, open, misnamed] = servers as [DatabaseServer, DatabaseServer, DatabaseServer];
  });
  afterAll(() => Promise.all([server, open, misnamed].map((each) => each?.stop())));

  const prepare = (application: Application, endpoint = server) =>
    engine.prepare(endpoint, endpoint.admin, application, signal);
  const refusalOf = (tried: Promise<unknown>): Promise<string> =>
    tried.then(
      () => Promise.reject(new Error('it was done')),
      (error: Error) => error.message,
    );

  const query = async (login: DatabaseLogin, ...statements: string[]): Promise<unknown> => {
    const session = await openSession(DbEngine, server, login);
    try {
      return await session.query(...statements);
    } finally {
      await session.close();
    }
  };

  it('makes a database that its user fills; a second time all is kept, and the new password counts', async () => {
    await prepare(app('shop'));
    await query(app('shop'), 'CREATE TABLE goods (name varchar(9))', "INSERT INTO goods VALUES ('tea')");
    const changed = { ...app('shop'), password: 'another password' };
    await prepare(changed);
    expect(await query(changed, 'SELECT name FROM goods')).toBe('tea');
    await expect(engine.logIn(server, app('shop'), signal)).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('gives a second user of the application the same rights to what is there and to what comes', async () => {
    const [one, two] = [app('team'), { ...app('team'), username: 'team_clone' }];
    await prepare(one);
    await query(one, 'CREATE TABLE first (n int)');
    await prepare(two);
    await query(two, 'ALTER TABLE first ADD m int', 'CREATE TABLE second (n int)', 'INSERT INTO second VALUES (7)');
    expect(Number(await query(one, 'ALTER TABLE second ADD m int', 'SELECT n FROM second'))).toBe(7);
  });

  it('lets a user into its own database alone, and to no other rights', async () => {
    // One name fits the other's, where `_` is read as any character.
    await prepare(app('my_app'));
    await prepare(app('my1app'));
    await query(app('my1app'), 'CREATE TABLE kept (n int)');
    await expect(engine.logIn(server, { ...app('my_app'), database: 'my1app' }, signal)).rejects.toThrow(/unreachable/);
    for (const statement of ['CREATE DATABASE more', 'CREATE USER more', 'DROP DATABASE my1app'])
      await expect(query(app('my_app'), statement)).rejects.toThrow(/denied|permission|must be owner/i);
  });

  it('takes nothing from another application: neither its database nor its user', async () => {
    await prepare(app('first'));
    expect(await refusalOf(prepare({ ...app('first'), username: 'thief' }))).toMatch(/a database first of '?first\b/);
    expect(await refusalOf(prepare({ ...app('second'), username: 'first', password: 'taken over' }))).toMatch(
      /a (?:role|user) first with/,
    );
    await engine.logIn(server, app('first'), signal);
  });

  it('takes any password of printable characters as it is, whatever the administrator’s own', async () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    const passwords = printable.filter((text) => text.length >= 8);
    await fc.assert(
      fc.asyncProperty(passwords, async (hostile) => {
        const application = { ...app('hostile'), password: hostile };
        await prepare(application);
        await engine.logIn(server, application, signal);
      }),
      { numRuns: 20, examples: [["'; DROP --"], ["\\\\\\\\\\\\\\'"], ['"`$$?::%s\\0']] },
    );
  });

  it('takes hostile names as they are', async () => {
    const name = `a"b'c\`d;-- %_?`;
    await prepare(app(name));
    await query(app(name), 'CREATE TABLE kept (n int)');
    await prepare(app(name));
    await engine.logIn(server, app(name), signal);
  });

  it('works twice at the same time', async () => {
    await Promise.all([prepare(app('race')), prepare(app('race')), prepare(app('race2'))]);
    await Promise.all([engine.logIn(server, app('race'), signal), engine.logIn(server, app('race2'), signal)]);
  });

  it('goes to no server without TLS, of another authority or of another name, and shows no password', async () => {
    expect(await refusalOf(prepare(app('x'), open))).toMatch(/does not support (?:SSL|secure) connection/i);
    expect(await refusalOf(prepare(app('x'), { ...server, ca: open.ca }))).toMatch(/certificate|signature/i);
    expect(await refusalOf(prepare(app('x'), misnamed))).toMatch(/altnames/i);
    const wrong = { ...server.admin, password: 'a wrong password' };
    expect(await refusalOf(engine.prepare(server, wrong, app('x'), signal))).not.toContain(wrong.password);
  });

  it('answers CloudFormation from its zip', async () => {
    const { repository } = findPaths();
    await buildFunctions(repository, ['db-bootstrap']);
    const standIn = await startStandIn();
    const answers: { Status: string }[] = [];
    const cloudFormation = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      answers.push(JSON.parse(text));
      response.end();
    }).listen(0, '127.0.0.1');
    await once(cloudFormation, 'listening');
    const unzipped = unzipFunction(resolve(repository), 'db-bootstrap');
    try {
      const secrets = new SecretsManagerClient({ ...standIn });
      const keep = async (Name: string, value: object) =>
        (await secrets.send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }))).ARN;
      const ResourceProperties = {
        ServiceToken: 'x',
        DbEndpoint: server.host,
        DbPort: String(server.port),
        DbEngine,
        DbAdminSecretArn: await keep('admin', server.admin),
        AppDbSecretArn: await keep('app', { username: 'zipped', password, dbname: 'zipped' }),
        AppDbName: 'zipped',
      };
      const event = {
        RequestType: 'Create',
        ResponseURL: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}/`,
        StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1',
        RequestId: 'r-1',
        LogicalResourceId: 'Database',
        ResourceProperties,
      };
      const program = `
        const { handler } = await import('./${unzipped.module}');
        await handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 60_000 });`;
      const ran = await runProgram('node', ['--input-type=module', '-e', program], {
        cwd: unzipped.task,
        env: { ...standIn.env, DATABASE_CA_FILE: server.caFile },
      });
      expect(answers).toMatchObject([{ Status: 'SUCCESS', Data: { AppDbName: 'zipped' } }]);
      expect(`${ran.stdout}${ran.stderr}`).not.toContain(password);
      await engine.logIn(server, app('zipped'), signal);
    } finally {
      unzipped.remove();
      cloudFormation.close();
      await standIn.stop();
    }
  });
});
