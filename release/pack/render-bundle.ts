import {
  type Artifact,
  bucketOf,
  cdnUrlOf,
  type Host,
  jsonSchemas,
  keyOf,
  type Manifest,
  type Plan,
  serialise,
  sha256Of,
  urlOf,
} from '@bitclouded/documents';
import { renderPolicies } from '../policies/render-policies.ts';
import type { Dist, DistUnit } from '../read-dist.ts';
import type { Bound } from './bind-templates.ts';
import { contentTypeOf } from './content-type.ts';
import { sumsOf } from './sums.ts';

export interface RenderedBundle {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  /** Every file of the bundle by its key, in code-unit order of the keys. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** What a plan decides about the bundle. */
export type Planned = Pick<Plan, 'version' | 'comparedWith' | 'removed' | 'units'>;

/**
 * A bundle's files as a function of what was built, planned and bound. Nothing of the clock, the machine or the
 * order of work enters.
 * @throws ReleaseError `permissions-unknown`
 */
export function renderBundle(dist: Dist, host: Host, bound: Bound, planned: Planned): RenderedBundle {
  const { version } = planned;
  const files = new Map<string, Buffer>();
  const hosted = (key: string, bytes: Buffer) => {
    files.set(key, bytes);
    return {
      key,
      url: urlOf(host, key),
      cdnUrl: cdnUrlOf(host, key),
      contentType: contentTypeOf(key),
      sizeBytes: bytes.byteLength,
      sha256: sha256Of(bytes),
    };
  };
  const units = dist.units.flatMap((unit): Artifact[] => [
    artifactOf(unit, planned, bound, hosted),
    {
      kind: 'interface',
      name: unit.name,
      unit: unit.reference,
      ...hosted(keyOf.interface(version, unit.kind, unit.name), unit.files.get('interface.json')!),
    },
  ]);
  const schemas = [...jsonSchemas()].map(
    ([name, bytes]): Artifact => ({ kind: 'schema', name, ...hosted(keyOf.schema(version, name), bytes) }),
  );
  const policies = renderPolicies(dist, bound, host).map(
    ({ name, part, bytes }): Artifact => ({
      kind: 'policy',
      name,
      part,
      ...hosted(keyOf.policy(version, name, part), bytes),
    }),
  );
  const manifest: Manifest = {
    schema: 'bitclouded.manifest/1',
    version,
    host: {
      name: host.name,
      homeRegion: host.homeRegion,
      regions: host.regions.map((region) => ({ region, bucket: bucketOf(host, region) })),
      registry: host.registry,
    },
    comparedWith: planned.comparedWith,
    removed: [...planned.removed],
    artifacts: [...units, ...policies, ...schemas],
  };
  const bytes = serialise('manifest', manifest);
  files.set(keyOf.manifest(version), bytes);
  files.set(keyOf.sums(version), sumsOf(files));
  return {
    manifest,
    manifestSha256: sha256Of(bytes),
    files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

type Hosted = (
  key: string,
  bytes: Buffer,
) => Pick<Artifact & { kind: 'template' }, 'key' | 'url' | 'cdnUrl' | 'contentType' | 'sizeBytes' | 'sha256'>;

function artifactOf(unit: DistUnit, planned: Planned, bound: Bound, hosted: Hosted): Artifact {
  const { name, build, files, interface: face } = unit;
  const shared = {
    sourceSha256: build.sourceSha256,
    verdict: planned.units.find((planned) => planned.kind === unit.kind && planned.name === name)!.verdict,
    dependencies: build.uses.map(({ unit }) => unit).sort(),
  };
  if (face.kind === 'image')
    return {
      kind: 'image',
      name,
      variety: face.variety,
      ...bound.images.get(name)!,
      contextSha256: face.contextSha256,
      ...shared,
    };
  if (face.kind === 'template') {
    const text = bound.templates.get(name)!;
    return { kind: 'template', name, ...hosted(keyOf.template(planned.version, name), text), ...shared };
  }
  const zip = files.get('function.zip')!;
  return { kind: 'lambda', name, ...hosted(keyOf.lambda(name, sha256Of(zip)), zip), ...shared };
}
