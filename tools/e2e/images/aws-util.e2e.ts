import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ContainerImage } from '@bitclouded/kit';
import { strToU8, zipSync } from 'fflate';
import { findPaths } from '../paths.ts';
import { type ContainerHost, openContainerHost } from './container-host.ts';
import { localBase } from './local-base.ts';
import { buildImageOf } from './wordpress-image.ts';

/*
 * Everything of the image but the AWS CLI itself, whose archive cannot be had without a network. In its stead stands one
 * of the same shape, with an installer that takes the same options and a program that says its version.
 */
const VERSION = '2.36.7';
const INSTALLER = `#!/bin/bash
set -euo pipefail
[[ $1 == --install-dir && $3 == --bin-dir ]]
mkdir -p "$2/v2/current/bin" "$4"
cp "$(dirname "$0")/dist/aws" "$2/v2/current/bin/aws"
ln -s "$2/v2/current/bin/aws" "$4/aws"
`;
const PROGRAM = `#!/bin/bash
[[ \${1-} == --version ]] && echo 'aws-cli/${VERSION} Stand-in'
`;

const isExecutable = { os: 3, attrs: 0o755 << 16 } as const;
const archive = Buffer.from(
  zipSync({
    'aws/install': [strToU8(INSTALLER), isExecutable],
    'aws/dist/aws': [strToU8(PROGRAM), isExecutable],
  }),
);
const sha256 = createHash('sha256').update(archive).digest('hex');

let host: ContainerHost;
let server: Server;
let build: (changes?: Readonly<Record<string, string>>) => Promise<string>;
let image: string;

beforeAll(async () => {
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  server = createServer(({ url = '' }, answer) => {
    const isIt = url === `/awscli-exe-linux-${machine}-${VERSION}.zip`;
    answer.writeHead(isIt ? 200 : 404).end(isIt ? archive : undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = await openContainerHost();
  const given = {
    BASE: await localBase(findPaths()),
    AWS_CLI_RELEASE: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_CLI_SHA256_AMD64: sha256,
    AWS_CLI_SHA256_ARM64: sha256,
  };
  const folder = join(findPaths().repository, 'packages/images/aws-util');
  build = (changes = {}) => buildImageOf(host, folder, Object.entries({ ...given, ...changes }));
  image = await build();
}, 600_000);
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await host?.close();
});

it('passes its own smoke test on a root file system that is read-only, as nobody special', async () => {
  const definition = join(findPaths().repository, 'packages/images/aws-util/image.ts');
  const { default: awsUtil } = (await import(definition)) as { default: ContainerImage };
  const confined = ['--pull=never', '--network=host', '--cap-drop=all', '--read-only', '--read-only-tmpfs=false'];
  const said = await host.podman('run', '--rm', ...confined, image, ...awsUtil.smokeTest);
  expect(said).toContain(`aws-cli/${VERSION}`);
});

it('names its user by number, and nothing of the download is left in it', async () => {
  const { User, Env } = JSON.parse(await host.podman('image', 'inspect', '--format={{json .Config}}', image));
  expect(User).toBe('10001:10001');
  expect(Env).toContain('AWS_PAGER=');
  const found = await host.podman(
    'run',
    '--rm',
    '--pull=never',
    '--user=0',
    image,
    'find',
    '/',
    '-xdev',
    '-name',
    'aws.zip',
  );
  expect(found.trim()).toBe('');
});

it('is not built of an archive that is another one', async () => {
  const other = 'f'.repeat(64);
  await expect(build({ AWS_CLI_SHA256_AMD64: other, AWS_CLI_SHA256_ARM64: other })).rejects.toThrow(/FAILED/);
});
