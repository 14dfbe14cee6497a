import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context, SNSEvent, SNSEventRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import * as fc from 'fast-check';
import { createHandler } from './handler.ts';
import { isPlainHttps } from './webhook-url.ts';

const ENVIRONMENT = {
  WEBHOOK_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:chat-AbCdEf',
  FORMAT: 'generic',
  TABLE_NAME: 'delivered',
};
const $metadata = {};

type Item = Record<string, { S?: string; N?: string }>;

/** A table that keeps the condition which the idempotency library puts: absent, expired, or a claim run out. */
class FakeTable {
  readonly items = new Map<string, Item>();
  /** Called before each request; throws to make it fail. */
  before: (operation: string) => void = () => {};
  readonly mock = mockClient(DynamoDBClient);

  constructor() {
    this.mock.on(PutItemCommand).callsFake(({ TableName, Item, ExpressionAttributeValues: values }) => {
      this.before('PutItem');
      expect(TableName).toBe('delivered');
      const there = this.items.get(Item.id.S);
      const isClaimed =
        there &&
        Number(there.expiration!.N) >= Number(values[':now'].N) &&
        (there.status!.S !== 'INPROGRESS' ||
          Number(there.in_progress_expiration!.N) >= Number(values[':now_in_millis'].N));
      if (isClaimed) throw new ConditionalCheckFailedException({ message: 'no', Item: there as never, $metadata });
      this.items.set(Item.id.S, Item);
    });
    this.mock.on(UpdateItemCommand).callsFake(({ Key, ExpressionAttributeValues: values }) => {
      this.before('UpdateItem');
      this.items.set(Key.id.S, {
        ...this.items.get(Key.id.S),
        status: values[':status'],
        expiration: values[':expiry'],
      });
    });
    this.mock.on(DeleteItemCommand).callsFake(({ Key }) => {
      this.before('DeleteItem');
      this.items.delete(Key.id.S);
    });
  }

  get states(): (string | undefined)[] {
    return [...this.items.values()].map((item) => item.status?.S);
  }
}

let table: FakeTable;
let logs: unknown[];
const secrets = mockClient(SecretsManagerClient);

/** A real server in the place of the chat. */
let server: Server;
let received: string[];
let answer: () => number;
let now: number;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const status = answer();
    if (status < 300) received.push(JSON.parse(body).messageId);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  table = new FakeTable();
  logs = [];
  received = [];
  answer = () => 200;
  now = Date.UTC(2026, 2, 1);
  jest.spyOn(Date, 'now').mockImplementation(() => now);
  secrets.reset();
  const { port } = server.address() as AddressInfo;
  secrets.on(GetSecretValueCommand).resolves({ SecretString: `http://127.0.0.1:${port}/services/s3cret` });
});
afterEach(() => {
  table.mock.restore();
  jest.restoreAllMocks();
});

function start(environment: NodeJS.ProcessEnv = ENVIRONMENT, mayPost: (url: URL) => boolean = () => true) {
  const log = (message: unknown, extra: unknown) => void logs.push(message, extra);
  const handle = createHandler({
    secrets: new SecretsManagerClient({ region: 'eu-west-1' }),
    table: new DynamoDBClient({ region: 'eu-west-1' }),
    environment,
    logger: { info: log, warn: log } as never,
    wait: async () => {},
    mayPost,
  });
  const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
  return (...ids: string[]) => handle(event(...ids), context);
}

function event(...ids: string[]): SNSEvent {
  const records = ids.map((MessageId) => ({
    Sns: {
      MessageId,
      TopicArn: 'arn:aws:sns:eu-west-1:123456789012:Critical',
      Timestamp: '',
      Message: `of ${MessageId}`,
    },
  }));
  return { Records: records as SNSEventRecord[] };
}

test('delivers a message once, however often it comes', async () => {
  const handle = start();
  await handle('a');
  await handle('a');
  await start()('a');
  await handle('b');
  expect(received).toEqual(['a', 'b']);
  expect(table.states).toEqual(['COMPLETED', 'COMPLETED']);
});

test('keeps no text of a message in the table, and an expiry of seven days', async () => {
  await start()('a');
  const [item] = table.items.values();
  expect(JSON.stringify(item)).not.toContain('of a');
  expect(Number(item!.expiration!.N)).toBe(now / 1_000 + 7 * 24 * 3_600);
});

test('what was not delivered fails, is not marked, and is delivered by the retry', async () => {
  const handle = start();
  answer = () => 503;
  await expect(handle('a')).rejects.toThrow(/webhook-unavailable: status 503/);
  expect(table.states).toEqual([]);
  answer = () => 200;
  await handle('a');
  expect(received).toEqual(['a']);
});

test('while one invocation delivers, another one of the same message fails and leaves it to the first', async () => {
  const handle = start();
  const results = await Promise.allSettled([handle('a'), handle('a')]);
  expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(received).toEqual(['a']);
  await handle('a');
  expect(received).toEqual(['a']);
});

test('an invocation that died in its work blocks the message only until its time is over', async () => {
  const handle = start();
  await handle('a');
  for (const item of table.items.values()) item.status = { S: 'INPROGRESS' };
  await expect(handle('a')).rejects.toMatchObject({ name: 'IdempotencyAlreadyInProgressError' });
  now += 61_000;
  await handle('a');
  // It cannot be told whether the first one had delivered: it comes once more.
  expect(received).toEqual(['a', 'a']);
});

test('a delivery that cannot be marked succeeds with a warning: to fail would bring it twice for certain', async () => {
  table.before = (operation) => {
    if (operation === 'UpdateItem') throw new Error('table away');
  };
  await start()('a');
  expect(received).toEqual(['a']);
  expect(JSON.stringify(logs)).toContain('Delivered, but not marked');
});

test('without the table nothing is delivered, because nobody could say whether it is the first time', async () => {
  table.before = () => {
    throw new Error('table away');
  };
  await expect(start()('a')).rejects.toMatchObject({ name: 'IdempotencyPersistenceLayerError' });
  expect(received).toEqual([]);
});

test('of several records one that fails leaves the others delivered, and the retry delivers it alone', async () => {
  const handle = start();
  const ids = ['a', 'b', 'c'];
  const statuses = [404, 200, 200];
  answer = () => statuses.shift()!;
  await expect(handle(...ids)).rejects.toThrow(/webhook-refused/);
  expect(received).toHaveLength(2);
  answer = () => 200;
  await handle(...ids);
  expect(received.toSorted()).toEqual(ids);
});

test('several failures are one error that names each', async () => {
  answer = () => 404;
  await expect(start()('a', 'b')).rejects.toThrow(/webhook-refused.*\n.*webhook-refused/);
});

test('reads the secret anew after the webhook refused, as it may have been rotated', async () => {
  const handle = start();
  answer = () => 404;
  await expect(handle('a')).rejects.toThrow(/webhook-refused/);
  answer = () => 200;
  await handle('a');
  await handle('b');
  expect(secrets.calls()).toHaveLength(2);
});

test('in production nothing but https is posted to', async () => {
  await expect(start(ENVIRONMENT, isPlainHttps)('a')).rejects.toThrow(/bad-secret/);
  expect(received).toEqual([]);
  expect(table.states).toEqual([]);
});

test('a bad environment stops before any request', async () => {
  await expect(start({ ...ENVIRONMENT, FORMAT: 'irc' })('a')).rejects.toThrow(/FORMAT: bad-environment: "irc"/);
  expect(secrets.calls()).toEqual([]);
  expect(table.mock.calls()).toEqual([]);
});

test('neither the URL nor a message’s text is logged', async () => {
  const handle = start();
  await handle('a');
  answer = () => 500;
  const error = await handle('b').catch((thrown: unknown) => thrown);
  const { message, stack } = error as Error;
  const written = JSON.stringify([logs, error]) + message + stack;
  expect(written).toContain('webhook-unavailable');
  expect(written).not.toMatch(/s3cret|of a|of b/);
});

test('any messages, repeated in any order with a webhook that fails now and then, arrive exactly once', async () => {
  const attempts = fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c'), fails: fc.boolean() }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(attempts, async (tries) => {
      received = [];
      table.items.clear();
      const handle = start();
      for (const { id, fails } of tries) {
        answer = () => (fails ? 404 : 200);
        await handle(id).catch((error: unknown) => expect(error).toMatchObject({ name: 'AlertRouterError' }));
      }
      const delivered = new Set(tries.filter((one) => !one.fails).map((one) => one.id));
      expect(received.toSorted()).toEqual([...delivered].toSorted());
    }),
    { numRuns: 40 },
  );
});
