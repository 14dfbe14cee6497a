import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeImage } from '../testing/write-image.ts';
import { layoutSource } from './layout.ts';
import { platformImages } from './platform-images.ts';
import type { RunTool } from './run-tool.ts';
import { scanImage } from './scan-image.ts';

const signal = new AbortController().signal;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-scan-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function scan(run: RunTool): Promise<string> {
  const { digest } = await writeImage(folder, [{ 'etc/motd': 'hello' }]);
  const source = layoutSource(folder);
  const [image] = await platformImages(source, digest, signal);
  const request = { source, image: image!, category: 'images/box/amd64', cacheFolder: folder };
  return scanImage({ program: 'trivy', version: '1' }, run, request, signal);
}

test('hands the image alone to the scanner, and marks what it finds as of this image and architecture', async () => {
  let given: unknown;
  const sarif = await scan(async (_, args) => {
    const layout = args[args.indexOf('--input') + 1]!;
    given = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')).manifests;
    await writeFile(
      args[args.indexOf('--output') + 1]!,
      '{"version":"2.1.0","runs":[{"results":[{"ruleId":"CVE-1"}]}]}',
    );
    return { exitCode: 0, failure: undefined, stdout: '', all: '' };
  });
  expect(given).toMatchObject([{ platform: { architecture: 'amd64' } }]);
  expect(JSON.parse(sarif)).toEqual({
    version: '2.1.0',
    runs: [{ results: [{ ruleId: 'CVE-1' }], automationDetails: { id: 'images/box/amd64/' } }],
  });
});

test('a database that cannot be fetched is no clean image', async () => {
  const failed = scan(async () => ({ exitCode: 1, failure: undefined, stdout: '', all: 'FATAL no database\n' }));
  await expect(failed).rejects.toMatchObject({ code: 'scan-failed', message: expect.stringContaining('no database') });
});
