import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageInterface } from '@bitclouded/documents';
import { writeImage } from '../testing/write-image.ts';
import { finishLayout } from './finish-layout.ts';
import { allOf } from './held-to.ts';
import { joinLayouts } from './join-layouts.ts';
import { documentsOfLayout, imagesOfLayout, layoutSource } from './layout.ts';
import { parseManifest } from './oci.ts';
import { platformImages } from './platform-images.ts';
import { addSbom } from './sbom-manifest.ts';

const signal = new AbortController().signal;
const face: ImageInterface = {
  schema: 'bitclouded.interface/1',
  kind: 'image',
  name: 'box',
  summary: 'A box',
  variety: 'container',
  version: '1.0',
  architectures: ['x86_64', 'arm64'],
  bases: [],
  contextSha256: 'a'.repeat(64),
};
const annotations = { 'org.opencontainers.image.title': 'box' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-join-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A layout as a build of these architectures leaves it. */
async function built(name: string, architectures: readonly string[], contextSha256 = face.contextSha256) {
  const layout = join(folder, name);
  const { digest } = await writeImage(layout, [{ 'etc/motd': 'hello' }], { architectures: [...architectures] });
  const images = await platformImages(layoutSource(layout), digest, signal);
  const documents = [];
  for (const image of images) documents.push(await addSbom(layout, image, Buffer.from(image.digest)));
  const whole = await finishLayout(layout, { images, documents, annotations, contextSha256, version: '1.0' });
  return { layout, digest: whole };
}

const joined = (...layoutFolders: string[]): Promise<string> =>
  joinLayouts({ layoutFolders, face, annotations, to: join(folder, 'joined') }, signal);

test('two builds of one architecture each are the image, and the documents, that one build of both is', async () => {
  const both = await built('both', ['amd64', 'arm64']);
  const one = await built('one', ['amd64']);
  const two = await built('two', ['arm64']);
  // In the definition's order, whatever order they came in.
  expect(await joined(two.layout, one.layout)).toBe(both.digest);
  const named = async (layout: string) => [await imagesOfLayout(layout, ''), await documentsOfLayout(layout, '')];
  expect(await named(join(folder, 'joined'))).toEqual(await named(both.layout));
  const source = layoutSource(join(folder, 'joined'));
  const images = await platformImages(source, both.digest, signal);
  expect(images.map(({ platform }) => platform?.architecture)).toEqual(['amd64', 'arm64']);
  const documents = await documentsOfLayout(join(folder, 'joined'), '');
  expect(documents).toHaveLength(2);
  for (const { digest } of [...images, ...documents]) {
    const parsed = parseManifest(await source.manifest(digest, signal), digest);
    if (parsed.type !== 'manifest') throw new Error('no manifest');
    for (const blob of [parsed.manifest.config, ...parsed.manifest.layers])
      expect((await allOf(source.blob(blob, signal))).byteLength).toBe(blob.size);
  }
});

test('refuses what was built from another definition, and what lacks an architecture; nothing is left behind', async () => {
  const one = await built('one', ['amd64']);
  const old = await built('old', ['arm64'], 'b'.repeat(64));
  await expect(joined(one.layout, old.layout)).rejects.toMatchObject({ code: 'image-layout-missing' });
  await expect(joined(one.layout)).rejects.toMatchObject({
    code: 'image-architecture-wrong',
    faults: [expect.objectContaining({ received: 'amd64', expected: 'amd64, arm64' })],
  });
  expect((await readdir(folder)).toSorted()).toEqual(['old', 'one']);
});
