import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The server that stands in for the rest of AWS. */
interface StandIn {
  readonly endpoint: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A stand-in, and before it what the stand-in has not: the account's Block Public Access, quotas, and the web. */
export interface AwsFront {
  /** The environment of a program that takes this for AWS and the web. */
  readonly env: Readonly<Record<string, string>>;
  /** Tests change it at will; `reset` sets it back. */
  state: FrontState;
  reset(): void;
  stop(): Promise<void>;
}

export interface FrontState {
  /** The account's settings that are on; undefined: the account never set any. */
  accountBlock: readonly ('BlockPublicPolicy' | 'RestrictPublicBuckets')[] | undefined;
  /** Of every quota. */
  quota: number;
  /** What hosts of the web answer, by name; others refuse the connection. */
  web: Readonly<Record<string, number>>;
  /** Added to the date of every answer of STS. */
  clockOffsetMs: number;
  /** Called with the words of each request to AWS; a promise that does not settle holds it up. */
  before: (words: string) => Promise<void> | undefined;
}

const calm = (): FrontState => ({
  accountBlock: undefined,
  quota: 1000,
  web: {},
  clockOffsetMs: 0,
  before: () => undefined,
});

export async function startFront(standIn: StandIn): Promise<AwsFront> {
  const server = createServer((incoming, outgoing) => {
    answer(front.state, standIn, incoming, outgoing).catch((error: Error) => outgoing.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const preload = pathToFileURL(join(__dirname, 'names-lead-here.ts')).href;
  const front: AwsFront = {
    env: {
      ...standIn.env,
      // S3 Control puts the account before the name of the host, which an address has not.
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ENDPOINT_URL_S3_CONTROL: `http://localhost:${port}`,
      AWS_EC2_METADATA_DISABLED: 'true',
      NODE_OPTIONS: `--import ${preload}`,
      FRONT_OF_THE_WEB: `http://127.0.0.1:${port}`,
    },
    state: calm(),
    reset() {
      front.state = calm();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return front;
}

async function answer(
  state: FrontState,
  standIn: StandIn,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = Buffer.concat(await incoming.toArray());
  const { url = '', headers } = incoming;
  const target = String(headers['x-amz-target'] ?? '');
  if (headers['x-of-the-web']) return answerOfTheWeb(state, String(headers['x-of-the-web']), outgoing);
  await state.before(`${incoming.method} ${url} ${target} ${body}`);
  if (url.startsWith('/v20180820/configuration/publicAccessBlock')) answerBlock(state, outgoing);
  else if (target.startsWith('ServiceQuotas')) {
    outgoing.setHeader('content-type', 'application/x-amz-json-1.1');
    outgoing.end(JSON.stringify({ Quota: { Value: state.quota } }));
  } else await pass(state, standIn, incoming, headers, body, outgoing);
}

function answerOfTheWeb(state: FrontState, address: string, outgoing: ServerResponse): void {
  const status = state.web[new URL(address).host];
  if (status === undefined) outgoing.destroy();
  else {
    outgoing.statusCode = status;
    outgoing.end();
  }
}

function answerBlock({ accountBlock }: FrontState, outgoing: ServerResponse): void {
  outgoing.setHeader('content-type', 'application/xml');
  if (accountBlock === undefined) {
    outgoing.statusCode = 404;
    const text = 'The public access block configuration was not found';
    outgoing.end(
      `<ErrorResponse><Error><Code>NoSuchPublicAccessBlockConfiguration</Code><Message>${text}</Message></Error></ErrorResponse>`,
    );
  } else {
    const settings = accountBlock.map((name) => `<${name}>true</${name}>`).join('');
    outgoing.end(`<PublicAccessBlockConfiguration>${settings}</PublicAccessBlockConfiguration>`);
  }
}

/** The host's name is signed, so it passes as it came. */
async function pass(
  state: FrontState,
  standIn: StandIn,
  { method, url }: IncomingMessage,
  headers: IncomingHttpHeaders,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<void> {
  const onward = request(new URL(url ?? '/', standIn.endpoint), { method, headers });
  onward.end(body);
  const [back] = (await once(onward, 'response')) as [IncomingMessage];
  const isSts = /Credential=[^,]*\/sts\//.test(String(headers.authorization));
  const date = new Date(Date.now() + (isSts ? state.clockOffsetMs : 0)).toUTCString();
  outgoing.writeHead(back.statusCode!, { ...back.headers, date });
  back.pipe(outgoing);
}
