import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { E2eError } from '../e2e-error.ts';
import { freePort } from '../free-port.ts';
import { findPaths } from '../paths.ts';
import { motoServer } from './moto-server.ts';

/** A request that changes something, or asks: who asked what of which region. */
export interface Call {
  readonly action: string;
  readonly region: string;
  readonly parameters: URLSearchParams;
}

/** EC2, SSM and Service Quotas: moto, and before it what moto lacks of images. */
export interface Ec2 {
  /** The environment of a program that takes this for AWS. */
  readonly env: Readonly<Record<string, string>>;
  readonly state: Ec2State;
  /** Every call since the last reset, in order. */
  readonly calls: readonly Call[];
  /** Empties everything and sets the state back. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export interface Ec2State {
  /** Of public images, by region; 100 where nothing is said. */
  quotas: Readonly<Record<string, number>>;
  /** Regions that encrypt every new volume. */
  encrypting: readonly string[];
  /** Regions that let no image be public. */
  blocking: readonly string[];
  /** Called after a call took effect, before its answer is sent; what it returns is waited for. */
  after: (call: Call) => Promise<void> | void;
}

const PATIENCE_MS = 30_000;
const SPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

/** @throws E2eError `server-failed` */
export async function startEc2(): Promise<Ec2> {
  const moto = await startMoto();
  const calls: Call[] = [];
  const copies = new Map<string, string>();
  const deprecations = new Map<string, string>();
  const restricted = new Set<string>();
  const calm = (): Ec2State => ({ quotas: {}, encrypting: [], blocking: [], after: () => undefined });
  const state = calm();

  const server = createServer((incoming, outgoing) => {
    // Whatever failed, whoever asked sees a connection that is cut, and asks again.
    answer(incoming, outgoing).catch((error: Error) => outgoing.destroy(error));
  });
  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray());
    const call = callOf(incoming, body);
    calls.push(call);
    const own = ownAnswer(call);
    const reply = own ?? (await forward(moto.endpoint, incoming, understood(call, body)));
    if (own === undefined && call.action === 'CopyImage') await remember(call, incoming, reply.text);
    await state.after(call);
    outgoing.writeHead(reply.status, { 'content-type': reply.type });
    outgoing.end(call.action === 'DescribeImages' ? withAttributes(reply.text) : reply.text);
  }

  function ownAnswer({ action, region, parameters }: Call): Reply | undefined {
    const id = parameters.get('ImageId') ?? '';
    switch (action) {
      case 'GetServiceQuota':
        return json({ Quota: { Value: state.quotas[region] ?? 100 } });
      case 'GetEbsEncryptionByDefault':
        return xml(action, `<ebsEncryptionByDefault>${state.encrypting.includes(region)}</ebsEncryptionByDefault>`);
      case 'GetImageBlockPublicAccessState': {
        const now = state.blocking.includes(region) ? 'block-new-sharing' : 'unblocked';
        return xml(action, `<imageBlockPublicAccessState>${now}</imageBlockPublicAccessState>`);
      }
      case 'EnableImageDeprecation':
        deprecations.set(id, parameters.get('DeprecateAt')!);
        return xml(action, '<return>true</return>');
      case 'ModifyImageAttribute':
        if (!parameters.has('ImdsSupport.Value')) return undefined;
        restricted.add(id);
        return xml(action, '<return>true</return>');
      case 'CopyImage': {
        const known = copies.get(parameters.get('ClientToken') ?? '');
        return known === undefined ? undefined : xml(action, `<imageId>${known}</imageId>`);
      }
      default:
        return undefined;
    }
  }

  /** A token asks for one copy, and the copy has its tags from the start. */
  async function remember({ parameters }: Call, incoming: IncomingMessage, text: string): Promise<void> {
    const id = /<imageId>(ami-[0-9a-f]+)<\/imageId>/.exec(text)?.[1];
    if (id === undefined) return;
    copies.set(parameters.get('ClientToken') ?? '', id);
    const tags = new URLSearchParams({ Action: 'CreateTags', Version: '2016-11-15', 'ResourceId.1': id });
    for (const [name, value] of parameters) {
      const tag = /^TagSpecification\.1\.(Tag\..+)$/.exec(name)?.[1];
      if (tag) tags.append(tag, value);
    }
    await forward(moto.endpoint, incoming, Buffer.from(tags.toString()));
  }

  function withAttributes(text: string): string {
    // What moto makes has a root of no kind that EC2 knows.
    const rooted = text.replaceAll('<rootDeviceType>standard<', '<rootDeviceType>ebs<');
    return rooted.replace(/<imageId>(ami-[0-9a-f]+)<\/imageId>/g, (whole, id: string) => {
      const time = deprecations.get(id);
      const deprecation = time === undefined ? '' : `<deprecationTime>${time}</deprecationTime>`;
      return `${whole}${deprecation}${restricted.has(id) ? '<imdsSupport>v2.0</imdsSupport>' : ''}`;
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
    },
    state,
    calls,
    async reset() {
      await fetch(`${moto.endpoint}/moto-api/reset`, { method: 'POST' });
      Object.assign(state, calm());
      for (const each of [copies, deprecations, restricted]) each.clear();
      calls.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await moto.stop();
    },
  };
}

/** moto makes an image with tags of its own alone, and fails where snapshots are to have some too. */
function understood({ action, parameters }: Call, body: Buffer): Buffer {
  if (action !== 'CreateImage') return body;
  const kept = [...parameters].filter(([name]) => !name.startsWith('TagSpecification.2.'));
  return Buffer.from(new URLSearchParams(kept).toString());
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const json = (document: unknown): Reply => ({
  status: 200,
  type: 'application/x-amz-json-1.1',
  text: JSON.stringify(document),
});
const xml = (action: string, inner: string): Reply => ({
  status: 200,
  type: 'text/xml',
  text: `<${action}Response xmlns="${SPACE}"><requestId>r</requestId>${inner}</${action}Response>`,
});

function callOf({ headers }: IncomingMessage, body: Buffer): Call {
  const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(String(headers.authorization))?.[1] ?? '';
  const target = /\.(\w+)$/.exec(String(headers['x-amz-target'] ?? ''))?.[1];
  const parameters = new URLSearchParams(target === undefined ? body.toString() : '');
  return { action: target ?? parameters.get('Action') ?? '', region, parameters };
}

function forward(endpoint: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const onward = request(
      new URL(url ?? '/', endpoint),
      { method, headers: { ...headers, 'content-length': body.length } },
      (back) => {
        back.toArray().then((parts) => {
          const text = Buffer.concat(parts).toString();
          resolve({ status: back.statusCode ?? 502, type: back.headers['content-type'] ?? 'text/xml', text });
        }, reject);
      },
    );
    onward.once('error', reject);
    onward.end(body);
  });
}

async function startMoto(): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const program = await motoServer(findPaths().repository);
  const port = await freePort();
  const child: ChildProcess = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code) => resolve(`exit code ${code}`));
  });
  let said: string | undefined;
  failed.then((text) => {
    said = text;
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await failed;
  };
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline && said === undefined; await pause(200)) {
    try {
      if ((await fetch(`${endpoint}/moto-api/data.json`)).ok) return { endpoint, stop };
    } catch (cause) {
      // Nobody listens yet. By its name: Jest's TypeError is another one than that of Node's fetch.
      if ((cause as Error).name !== 'TypeError') throw cause;
    }
  }
  if (said === undefined) await stop();
  throw new E2eError({
    code: 'server-failed',
    where: 'moto_server',
    received: said ?? 'no answer',
    expected: 'an answer in 30 s',
    remedy: 'npm run e2e:setup',
  });
}
