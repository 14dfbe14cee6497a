import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialsFrom, forReaders } from './registry-credentials.ts';

const PRIVATE = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const TOKEN = Buffer.from('AWS:secret').toString('base64');
const LOGGED_IN = Buffer.from('me:mine').toString('base64');

/** Stands for ECR and ECR Public: both answer in JSON, and say in a header what was asked. */
let server: Server;
let heard: { readonly target: string; readonly scope: string }[];
let isDenied: boolean;
let folder: string;
/** With a file of `docker login` that knows ECR Public and a registry of somebody else. */
let environment: NodeJS.ProcessEnv;
const before = { ...process.env };

beforeAll(async () => {
  server = createServer(({ headers }, answer) => {
    const target = String(headers['x-amz-target']);
    heard.push({ target, scope: /Credential=[^/]+\/\d+\/([^,]+)/.exec(String(headers.authorization))?.[1] ?? '' });
    if (isDenied) {
      answer.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      return void answer.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'not you' }));
    }
    const data = { authorizationToken: TOKEN };
    const authorizationData = target.startsWith('SpencerFrontendService.') ? data : [data];
    answer.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    answer.end(JSON.stringify({ authorizationData }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-credentials-'));
  const auths = { 'public.ecr.aws': { auth: LOGGED_IN }, 'registry.example.com': { auth: LOGGED_IN } };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths }));
  environment = { DOCKER_CONFIG: folder };
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  heard = [];
  isDenied = false;
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // What the SDK looks at; no file of this machine, and no metadata of an instance.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_ECR: origin,
    AWS_ENDPOINT_URL_ECR_PUBLIC: origin,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_REGION', 'AWS_WEB_IDENTITY_TOKEN_FILE'])
    delete process.env[name];
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

function signOut(): void {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
}

test('a private ECR registry gives a token in its own region', async () => {
  expect(await credentialsFrom(environment)(PRIVATE)).toBe(TOKEN);
  expect(heard).toMatchObject([{ scope: 'eu-west-1/ecr/aws4_request' }]);
});

test('ECR Public gives a token in us-east-1, whatever region is set, and before a login of earlier', async () => {
  process.env.AWS_REGION = 'eu-west-1';
  expect(await credentialsFrom(environment)('public.ecr.aws')).toBe(TOKEN);
  expect(heard).toEqual([
    { target: 'SpencerFrontendService.GetAuthorizationToken', scope: 'us-east-1/ecr-public/aws4_request' },
  ]);
});

test('whom AWS does not know, goes to ECR Public as docker login left it, or as a stranger', async () => {
  signOut();
  expect(await credentialsFrom(environment)('public.ecr.aws')).toBe(LOGGED_IN);
  expect(await credentialsFrom({ DOCKER_CONFIG: join(folder, 'none') })('public.ecr.aws')).toBeUndefined();
  expect(heard).toEqual([]);
});

test('whom AWS does not know, cannot ask a private ECR registry', async () => {
  signOut();
  await expect(credentialsFrom(environment)(PRIVATE)).rejects.toMatchObject({
    code: 'access-denied',
    faults: [{ where: PRIVATE, received: expect.stringContaining('CredentialsProviderError') }],
  });
});

test.each([
  [PRIVATE, 'a token of ecr:GetAuthorizationToken', /to push there$/],
  [
    'public.ecr.aws',
    'a token of ecr-public:GetAuthorizationToken, with sts:GetServiceBearerToken',
    /to read there alone, run this without credentials of AWS$/,
  ],
])('says what right is missing at %s', async (registry, expected, remedy) => {
  isDenied = true;
  await expect(credentialsFrom(environment)(registry)).rejects.toMatchObject({
    code: 'access-denied',
    faults: [
      { where: registry, received: 'AccessDeniedException: not you', expected, remedy: expect.stringMatching(remedy) },
    ],
  });
});

test('every other registry is looked up in the file of docker login, and AWS is not asked', async () => {
  expect(await credentialsFrom(environment)('registry.example.com')).toBe(LOGGED_IN);
  expect(await credentialsFrom(environment)('docker.io')).toBeUndefined();
  expect(heard).toEqual([]);
});

test('readers come to ECR Public as strangers, and to a private ECR registry as whoever runs this', async () => {
  expect(await forReaders(environment)('public.ecr.aws')).toBeUndefined();
  expect(heard).toEqual([]);
  expect(await forReaders(environment)(PRIVATE)).toBe(TOKEN);
});

test('a file that is not one of docker login is named', async () => {
  const file = join(folder, 'broken.json');
  await writeFile(file, '{');
  await expect(credentialsFrom({ REGISTRY_AUTH_FILE: file })('docker.io')).rejects.toMatchObject({
    code: 'credentials-invalid',
    faults: [{ where: file }],
  });
});
