import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf, inFolder } from '../testing/in-folder.ts';
import { type LayerFiles, writeImage } from '../testing/write-image.ts';
import { layoutSource } from './layout.ts';
import { type ScannedImage, scanLayers } from './scan-layers.ts';

// Put together, so that this file holds no key itself.
const ACCESS_KEY = `AKIA${'ABCDEFGH234567IJ'}`;
const KEY = `-----${'BEGIN'} PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0B'.repeat(8)}\n`;

const signal = new AbortController().signal;

function imagesOf(manifests: Readonly<Record<string, string>>): readonly ScannedImage[] {
  return Object.entries(manifests).map(([architecture, digest]) => ({ architecture, digest }));
}

async function scanned(layers: readonly LayerFiles[], env: readonly string[] = []) {
  let result: Awaited<ReturnType<typeof scanLayers>> | undefined;
  await inFolder(async (folder) => {
    const { manifests } = await writeImage(folder, layers, { env });
    result = await scanLayers(layoutSource(folder), imagesOf(manifests), signal);
  });
  return result;
}

async function findings(layers: readonly LayerFiles[], env: readonly string[] = []): Promise<readonly string[]> {
  const { code, faults } = await failureOf(scanned(layers, env));
  expect(code).toBe('image-secret-found');
  return faults.map(({ where, received }) => `${where.split(' ').at(-1)}: ${received}`);
}

test('finds keys wherever they stand in a layer, a deleted file too, and shows none of them', async () => {
  const layers: readonly LayerFiles[] = [
    { 'etc/app.conf': `region=x\nkey=${ACCESS_KEY}\n`, 'opt/key.pem': KEY },
    // So a layer says that a file of the one before is gone. Source: OCI Image Specification, "Whiteouts".
    { 'opt/.wh.key.pem': '' },
  ];
  expect(await findings(layers)).toEqual([
    '/etc/app.conf: an AWS access key in line 2',
    '/opt/key.pem: a private key in line 1',
  ]);
  const { message } = await failureOf(scanned(layers));
  expect(message).not.toContain(ACCESS_KEY);
  expect(message).not.toContain('MIIE');
});

test.each([
  ['a GitHub token', `gh${'p_'}${'a1B2'.repeat(9)}`],
  ['a GitLab token', `glp${'at-'}${'a1B2c'.repeat(4)}`],
  ['a Slack token', `xox${'b-'}${'1234567890'.repeat(3)}`],
  ['an npm token', `np${'m_'}${'a1B2'.repeat(9)}`],
  ['an AWS secret access key', `aws_secret_access_key = ${'a1B2/'.repeat(8)}`],
])('finds %s', async (kind, text) => {
  expect(await findings([{ 'a/file': `first\n${text}\n` }])).toEqual([`/a/file: ${kind} in line 2`]);
});

test('finds a key in a program', async () => {
  const program = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 255]), Buffer.from(` ${ACCESS_KEY} `)]);
  expect(await findings([{ 'bin/program': program }])).toEqual(['/bin/program: an AWS access key in line 1']);
});

test('takes the keys that a library publishes for its self-tests, and no other key in it', async () => {
  const library = 'usr/lib/x86_64-linux-gnu/libgnutls.so.30.37.1';
  expect(await scanned([{ [library]: KEY }])).toEqual({ layers: 1, files: 1 });
  expect(await findings([{ [library]: ACCESS_KEY }])).toEqual([`/${library}: an AWS access key in line 1`]);
});

test('finds a key in the environment of the configuration', async () => {
  const found = await findings([{}], [`AWS_ACCESS_KEY_ID=${ACCESS_KEY}`]);
  expect(found).toHaveLength(2);
  expect(found[0]).toContain('an AWS access key');
});

test('takes what merely talks of keys', async () => {
  const texts = {
    readme: 'export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE',
    example: 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    code: 'if (text.includes("-----BEGIN PRIVATE KEY-----")) throw new Error();',
    certificate: `-----BEGIN CERTIFICATE-----\n${'MIIEvQIBADANBgkqhkiG9w0B'.repeat(8)}`,
  };
  expect(await scanned([texts, { more: 'x' }])).toEqual({ layers: 2, files: 5 });
});

test('refuses a layer whose bytes are not those of its digest', async () => {
  await inFolder(async (folder) => {
    const { manifests, layers } = await writeImage(folder, [{ a: 'x' }]);
    await writeFile(join(folder, 'blobs', ...layers[0]!.digest.split(':')), 'y');
    expect((await failureOf(scanLayers(layoutSource(folder), imagesOf(manifests), signal))).code).toBe('image-differs');
  });
});

test('refuses an image whose programs are all of another architecture than it says', async () => {
  const program = (machine: number): Buffer => {
    const header = Buffer.alloc(64);
    header.write('\u007fELF', 0, 'latin1');
    header.writeUInt16LE(machine, 18);
    return header;
  };
  const [x86, arm] = [program(62), program(183)];
  const { faults } = await failureOf(scanned([{ 'bin/sh': x86, 'etc/motd': 'hello' }]));
  expect(faults).toMatchObject([
    { code: 'image-architecture-wrong', received: 'programs for amd64', expected: 'programs for arm64' },
  ]);
  // A tool for another architecture among its own is none of this.
  expect(await scanned([{ 'bin/sh': x86 }, { 'bin/other': arm }])).toEqual({ layers: 2, files: 2 });
});
