import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { bucketOf, type FolderHost, keyOf, type TemplateInterface } from '@bitclouded/documents';
import { openFolder } from '../../../release/destinations/folder.ts';
import { pack } from '../../../release/pack/pack.ts';
import { type Bundle, readBundle } from '../../../release/pack/read-bundle.ts';
import { makePlan } from '../../../release/plan/make-plan.ts';
import { readDist } from '../../../release/read-dist.ts';
import { readLocks } from '../../../release/read-locks.ts';
import { releasedAs } from '../../../release/testing/plan-dist.ts';
import { buildUnits } from '../build-units.ts';
import { findPaths } from '../paths.ts';
import type { StandIn } from '../stand-in.ts';

/** The catalogue as a release for the stand-in's account, lying in its bucket. */
export interface PublishedCatalogue {
  readonly bundle: Bundle;
  readonly templates: readonly TemplateInterface[];
  /** Local paths of the published templates. */
  readonly templateFiles: readonly string[];
  /** Where the published template lies here. */
  fileOf(template: TemplateInterface): string;
  /** A TemplateURL in the form that the stand-in reads. */
  urlOf(template: TemplateInterface): string;
  remove(): Promise<void>;
}

/** Builds every unit, packs the release for the stand-in's account and region, and puts it into its S3. */
export async function publishCatalogue(standIn: StandIn, s3: S3Client): Promise<PublishedCatalogue> {
  const { repository } = findPaths();
  const dist = join(repository, 'dist');
  await buildUnits(repository);

  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-catalogue-'));
  const host: FolderHost = {
    name: 'stand-in',
    kind: 'folder',
    folder: join(folder, 'host'),
    address: 'http://127.0.0.1:1',
    prefix: 'bitclouded',
    account: standIn.account,
    homeRegion: standIn.region,
    regions: [standIn.region],
    registry: 'localhost/bitclouded',
  };
  const built = await readDist(dist);
  const locks = await readLocks(join(repository, 'packages', 'images'), built);
  const source = releasedAs('1.0.0');
  const destination = openFolder(host.folder, host.homeRegion);
  const plan = await makePlan({ dist: built, host, locks, source, destination, signal: new AbortController().signal });
  const packed = await pack({ dist: built, plan, host, locks, outFolder: join(folder, 'release') });
  const bundle = await readBundle(packed.folder);

  const bucket = bucketOf(host, host.homeRegion);
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const { key, path, contentType } of bundle.files)
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(path), ContentType: contentType }),
    );

  const templates = built.units.flatMap((unit) => (unit.interface.kind === 'template' ? [unit.interface] : []));
  return {
    bundle,
    templates,
    templateFiles: bundle.files.filter(({ key }) => key.endsWith('.yaml')).map(({ path }) => path),
    fileOf: ({ name }) => bundle.files.find(({ key }) => key === keyOf.template(bundle.version, name))!.path,
    urlOf: ({ name }) =>
      `https://s3.${host.homeRegion}.amazonaws.com/${bucket}/${keyOf.template(bundle.version, name)}`,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
