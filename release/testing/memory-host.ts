import type { Host, Plan, ReleaseIndex } from '@bitclouded/documents';
import { keyOf, serialiseUnsignedIndex } from '@bitclouded/documents';
import type { Destination } from '../destinations/destination.ts';
import { bindTemplates } from '../pack/bind-templates.ts';
import { renderBundle } from '../pack/render-bundle.ts';
import { makePlan } from '../plan/make-plan.ts';
import { type Dist, readDist } from '../read-dist.ts';
import type { VersionSource } from '../version/read-version-source.ts';
import { inFolder } from './in-folder.ts';
import { releasedAs } from './plan-dist.ts';
import { type FixtureUnit, writeDist } from './write-dist.ts';

/** A host in memory, with releases that were promoted: what plans are compared with. */
export class MemoryHost implements Pick<Destination, 'name' | 'read'> {
  readonly name = 'memory';
  readonly objects = new Map<string, Buffer>();
  readonly #host: Host;
  readonly #releases: ReleaseIndex['releases'] = [];

  constructor(host: Host) {
    this.#host = host;
  }

  async read(_region: string, key: string) {
    const bytes = this.objects.get(key);
    return bytes && { bytes, tag: key };
  }

  /** What a plan of these units says. */
  async plan(units: readonly FixtureUnit[], source: VersionSource = releasedAs('1.4.0')): Promise<Plan> {
    return this.#plan(await distOf(units), source);
  }

  /** Plans, publishes and promotes, as if all went well. */
  async release(units: readonly FixtureUnit[], version: string, yanked?: string): Promise<void> {
    const dist = await distOf(units);
    const plan = await this.#plan(dist, releasedAs(version));
    const { files, manifestSha256 } = renderBundle(dist, this.#host, bindTemplates(dist, this.#host, new Map()), plan);
    for (const [key, bytes] of files) this.objects.set(key, bytes);
    this.#releases.push({ version, manifestSha256, attestations: [], ...(yanked && { yanked }) });
    this.objects.set(
      keyOf.index(),
      serialiseUnsignedIndex({
        schema: 'bitclouded.index/1',
        host: this.#host.name,
        serial: this.#releases.length,
        issued: '2026-01-01T00:00:00Z',
        expires: '2027-01-01T00:00:00Z',
        releases: this.#releases,
        channels: {},
        pins: {},
      }),
    );
  }

  #plan(dist: Dist, source: VersionSource): Promise<Plan> {
    const { signal } = new AbortController();
    return makePlan({ dist, host: this.#host, locks: new Map(), source, destination: this, signal });
  }
}

async function distOf(units: readonly FixtureUnit[]): Promise<Dist> {
  let dist: Dist | undefined;
  await inFolder(async (folder) => {
    await writeDist(folder, units);
    dist = await readDist(folder);
  });
  return dist!;
}
