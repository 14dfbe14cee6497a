import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DocumentError, type Host, keyOf, type Manifest, type Plan, sha256Of } from '@bitclouded/documents';
import type { Dist } from '../read-dist.ts';
import type { Locks } from '../read-locks.ts';
import { ReleaseError } from '../release-error.ts';
import { workspaceErrorOf } from '../workspace-error.ts';
import { bindTemplates } from './bind-templates.ts';
import { readBundle } from './read-bundle.ts';
import { type RenderedBundle, renderBundle } from './render-bundle.ts';

export interface PackRequest {
  readonly dist: Dist;
  readonly plan: Plan;
  readonly host: Host;
  readonly locks: Locks;
  /** `dist/release/<host>`: the bundle becomes `bundle` in it. */
  readonly outFolder: string;
}

export interface Packed {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  readonly fileCount: number;
  /** False: the same bundle stood there already, and was left alone. */
  readonly written: boolean;
}

/**
 * Makes the bundle of a plan. It appears whole or not at all.
 * @throws ReleaseError `dist-changed` when something else than the plan's units is built, `workspace-unwritable`,
 *   and those of binding
 */
export async function pack({ dist, plan, host, locks, outFolder }: PackRequest): Promise<Packed> {
  checkPlan(dist, plan, host);
  const bundle = renderBundle(dist, host, bindTemplates(dist, host, locks), plan);
  const folder = join(outFolder, 'bundle');
  const written = !(await standsAt(folder, bundle, plan.version));
  if (written) await write(folder, bundle);
  const { manifest, manifestSha256, files } = bundle;
  return { folder, manifest, manifestSha256, fileCount: files.size, written };
}

function checkPlan(dist: Dist, plan: Plan, host: Host): void {
  if (plan.distSha256 === dist.distSha256 && plan.host === host.name) return;
  throw new ReleaseError({
    code: 'dist-changed',
    where: `plan of ${plan.version}`,
    received: `a plan of the build ${plan.distSha256} for ${plan.host}`,
    expected: `a plan of the build ${dist.distSha256} for ${host.name}, which stands in ${dist.folder}`,
    remedy: `plan again: npm run release -- plan --host ${host.name}`,
  });
}

/** Whether this very bundle stands there, whole. */
async function standsAt(folder: string, bundle: RenderedBundle, version: string): Promise<boolean> {
  const sums = keyOf.sums(version);
  try {
    const { files } = await readBundle(folder);
    return files.find(({ key }) => key === sums)?.sha256 === sha256Of(bundle.files.get(sums)!);
  } catch (cause) {
    // A bundle that is absent or damaged is written anew.
    if (cause instanceof ReleaseError || cause instanceof DocumentError) return false;
    throw cause;
  }
}

async function write(folder: string, { files }: RenderedBundle): Promise<void> {
  const mark = randomUUID();
  const partial = `${folder}.${mark}.partial`;
  const old = `${folder}.${mark}.old`;
  try {
    for (const [key, bytes] of files) {
      const path = join(partial, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
    }
    await moveAway(folder, old);
    await rename(partial, folder);
  } catch (cause) {
    throw workspaceErrorOf(cause, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

async function moveAway(folder: string, to: string): Promise<void> {
  try {
    await rename(folder, to);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
  }
}
