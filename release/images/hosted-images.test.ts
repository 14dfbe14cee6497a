import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Manifest } from '@bitclouded/documents';
import { PRODUCTION } from '../testing/hosts.ts';
import { faultsOfImages } from './hosted-images.ts';

const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** Has the images of the digests 1 and 2, and takes the second one for another. */
let server: Server;
let heard: string[];
beforeAll(async () => {
  server = createServer(({ method, url }, answer) => {
    heard.push(`${method} ${url}`);
    const digit = url!.at(-1)!;
    if (!['1', '2'].includes(digit)) return void answer.writeHead(404).end();
    answer.writeHead(200, { 'docker-content-digest': digestOf('1') }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  heard = [];
});

type Some = Readonly<Record<string, { digit: string; variety?: string; locked?: boolean }>>;

function faultsOf(images: Some) {
  const registry = `127.0.0.1:${(server.address() as AddressInfo).port}/ns`;
  const artifacts = Object.entries(images).map(([name, { digit, variety = 'container', locked = true }]) => ({
    kind: 'image',
    name,
    variety,
    locked,
    reference: `${registry}/${name}@${digestOf(digit)}`,
  }));
  const manifest = { artifacts: [...artifacts, { kind: 'template', name: 'networking/vpc' }] } as unknown as Manifest;
  return faultsOfImages(manifest, PRODUCTION, async () => undefined, new AbortController().signal);
}

test('asks for each image once, by its digest', async () => {
  expect(await faultsOf({ box: { digit: '1' } })).toEqual([]);
  expect(heard).toEqual([`HEAD /v2/ns/box/manifests/${digestOf('1')}`]);
});

test('names every image that is missing or another, with the command that mends it', async () => {
  const faults = await faultsOf({ a: { digit: '3' }, b: { digit: '2' }, c: { digit: '4', variety: 'mirrored' } });
  expect(faults).toMatchObject([
    { code: 'image-missing', remedy: expect.stringContaining('images push a --host production') },
    { code: 'image-differs', received: digestOf('1'), expected: digestOf('2') },
    { code: 'image-missing', remedy: 'npm run release -- images mirror c --host production' },
  ]);
});

test('asks for no AMI, and for no image that is bound by tag', async () => {
  expect(await faultsOf({ a: { digit: '3', variety: 'machine' }, b: { digit: '3', locked: false } })).toEqual([]);
  expect(heard).toEqual([]);
});
