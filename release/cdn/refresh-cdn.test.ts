import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
  NoSuchDistribution,
} from '@aws-sdk/client-cloudfront';
import { serialiseUnsignedIndex } from '@bitclouded/documents';
import { mockClient } from 'aws-sdk-client-mock';
import type { ReleaseEvent } from '../release-event.ts';
import { awsTestHost } from '../testing/aws-host.ts';
import { failureOf } from '../testing/in-folder.ts';
import { testHost } from '../testing/write-bundle.ts';
import { askCdn } from './ask-cdn.ts';
import { invalidate } from './invalidate.ts';
import { refreshCdn } from './refresh-cdn.ts';

const go = new AbortController().signal;
const CDN = { domain: 'cdn.example.com', distributionId: 'E2QWRUHEXAMPLE' };
const host = awsTestHost(['us-east-1'], { cdn: CDN });
const state = { serial: 7, indexSha256: 'a'.repeat(64), channels: { latest: '1.0.0' } };
const INVALIDATION = { callerReference: 'production-7', paths: ['/index.json', '/latest/*'] };
const running = {
  Invalidation: { Id: 'I1', Status: 'InProgress', CreateTime: undefined, InvalidationBatch: undefined },
};
const completed = { Invalidation: { ...running.Invalidation, Status: 'Completed' } };

const client = new CloudFrontClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
const cloudFront = mockClient(client);
beforeEach(() => cloudFront.reset());

describe('invalidate', () => {
  it('sends one batch, and waits until it is completed', async () => {
    cloudFront.on(CreateInvalidationCommand).resolves(running);
    cloudFront.on(GetInvalidationCommand).resolvesOnce(running).resolves(completed);
    const events: ReleaseEvent[] = [];
    const pauses: number[] = [];
    await invalidate(
      client,
      CDN.distributionId,
      INVALIDATION,
      go,
      (event) => void events.push(event),
      async (ms) => {
        pauses.push(ms);
      },
    );
    expect(cloudFront.commandCalls(CreateInvalidationCommand).map(({ args }) => args[0].input)).toEqual([
      {
        DistributionId: CDN.distributionId,
        InvalidationBatch: {
          CallerReference: 'production-7',
          Paths: { Quantity: 2, Items: ['/index.json', '/latest/*'] },
        },
      },
    ]);
    expect(cloudFront.commandCalls(GetInvalidationCommand)).toHaveLength(2);
    expect(pauses).toEqual([1_000, 1_500]);
    expect(events.map((event) => event.type)).toEqual(['invalidation-waits', 'invalidation-waits']);
  });

  it('waits for nothing when an earlier run has done it', async () => {
    cloudFront.on(CreateInvalidationCommand).resolves(completed);
    const none = async () => Promise.reject(new Error('no pause'));
    await invalidate(client, CDN.distributionId, INVALIDATION, go, () => undefined, none);
  });

  it('gives up after a quarter of an hour, and says that the release is visible', async () => {
    cloudFront.on(CreateInvalidationCommand).resolves(running);
    cloudFront.on(GetInvalidationCommand).resolves(running);
    const work = invalidate(
      client,
      CDN.distributionId,
      INVALIDATION,
      go,
      () => undefined,
      async () => undefined,
    );
    const error = await failureOf(work);
    expect(error).toMatchObject({ code: 'cdn-failed', message: expect.stringContaining('visible at S3') });
    expect(error.message).toContain('I1 InProgress after 90');
  });

  it('says what to do about a distribution that is not there', async () => {
    cloudFront.on(CreateInvalidationCommand).rejects(new NoSuchDistribution({ $metadata: {}, message: 'none' }));
    const error = await failureOf(invalidate(client, CDN.distributionId, INVALIDATION, go, () => undefined));
    expect(error).toMatchObject({ code: 'cdn-failed', message: expect.stringContaining('cdn.distributionId') });
  });

  it('ends when it is told to', async () => {
    cloudFront.on(CreateInvalidationCommand).resolves(running);
    const stop = new AbortController();
    const work = invalidate(client, CDN.distributionId, INVALIDATION, stop.signal, () => stop.abort());
    expect(await failureOf(work)).toMatchObject({ name: 'AbortError' });
  });
});

describe('the index at the CDN', () => {
  const shows = (serial: number) =>
    new Response(
      serialiseUnsignedIndex({
        schema: 'bitclouded.index/1',
        host: 'production',
        serial,
        issued: '2026-01-01T00:00:00Z',
        expires: '2027-01-01T00:00:00Z',
        releases: [],
        channels: {},
        pins: {},
      }) as never,
    );
  const ask = (...answers: (() => Response | Error)[]) =>
    askCdn(
      host,
      7,
      go,
      async () => {
        const answer = (answers.length > 1 ? answers.shift()! : answers[0]!)();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      async () => undefined,
    );

  it('is right when it has the serial, or a later one, after a while', async () => {
    expect(await ask(() => shows(7))).toBeUndefined();
    expect(await ask(() => shows(8))).toBeUndefined();
    expect(
      await ask(
        () => shows(6),
        () => new TypeError('fetch failed'),
        () => shows(7),
      ),
    ).toBeUndefined();
  });

  it('is told of when it stays old, broken, refused or unreachable', async () => {
    const address = 'https://cdn.example.com/index.json';
    expect(await ask(() => shows(6))).toBe(`${address} shows serial 6, not 7`);
    expect(await ask(() => new Response('<html>'))).toBe(`${address} shows something else than an index`);
    expect(await ask(() => new Response('', { status: 403 }))).toBe(`${address} answers 403`);
    const cause = new Error('getaddrinfo ENOTFOUND cdn.example.com');
    expect(await ask(() => new TypeError('fetch failed', { cause }))).toContain('ENOTFOUND');
  });
});

describe('refreshing', () => {
  const tools = (other?: string) => ({ client: async () => client, ask: async () => other });

  it('asks nothing of hosts without a CDN, and says so of one on AWS', async () => {
    for (const [without, notices] of [
      [testHost(), []],
      [awsTestHost(), [expect.stringContaining('no CDN')]],
    ] as const)
      expect(await refreshCdn(without, state, go, () => undefined, tools())).toEqual({ paths: [], notices });
    expect(await refreshCdn(host, undefined, go, () => undefined, tools())).toEqual({ paths: [], notices: [] });
    expect(cloudFront.calls()).toEqual([]);
  });

  it('tells what was forgotten, and what the CDN shows instead', async () => {
    cloudFront.on(CreateInvalidationCommand).resolves(completed);
    const paths = ['/index.json', '/latest/*'];
    expect(await refreshCdn(host, state, go, () => undefined, tools())).toEqual({ paths, notices: [] });
    const other = 'https://cdn.example.com/index.json answers 403';
    const refreshed = await refreshCdn(host, state, go, () => undefined, tools(other));
    expect(refreshed).toEqual({ paths, notices: [expect.stringContaining('answers 403')] });
  });
});
