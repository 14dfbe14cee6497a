import { type Fault, type Host, sha256Of } from '@bitclouded/documents';
import type { Dist } from '../read-dist.ts';
import type { Locks } from '../read-locks.ts';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { type Artifacts, bind } from './bind.ts';
import type { MachinesOfHost } from './bind-machines.ts';
import { type ImageBinding, imageReferences } from './image-references.ts';

/** What of a build depends on the host: its templates' texts and its images' references, by name. */
export interface Bound {
  readonly templates: ReadonlyMap<string, Buffer>;
  readonly images: ReadonlyMap<string, ImageBinding>;
}

/**
 * Binds every template of a build to a host.
 * @throws ReleaseError with the faults of all images, or of all templates
 */
export function bindTemplates(dist: Dist, host: Host, locks: Locks): Bound {
  const images = imageReferences(dist, host, locks);
  const artifacts: Artifacts = {
    functions: new Map(
      dist.units
        .filter(({ kind }) => kind === 'lambda')
        .map(({ name, files }) => [name, sha256Of(files.get('function.zip')!)]),
    ),
    images: new Map([...images].map(([name, { reference }]) => [name, reference])),
    machines: machinesOf(dist, host, locks),
  };
  const templates = new Map<string, Buffer>();
  const faults: Fault<ReleaseErrorCode>[] = [];
  for (const { kind, name, files } of dist.units) {
    if (kind !== 'template') continue;
    try {
      const text = bind(files.get('template.yaml')!.toString(), host, artifacts, `template ${name}`);
      templates.set(name, Buffer.from(text));
    } catch (cause) {
      if (!(cause instanceof ReleaseError)) throw cause;
      faults.push(...cause.faults);
    }
  }
  if (faults.length > 0) throw new ReleaseError(faults);
  return { templates, images };
}

/** What the locks of the machine images, as they are now, say of this host. */
function machinesOf({ units }: Dist, host: Host, locks: Locks): ReadonlyMap<string, MachinesOfHost> {
  return new Map(
    units.flatMap(({ interface: image }): [string, MachinesOfHost][] => {
      if (image.kind !== 'image' || image.variety !== 'machine') return [];
      const lock = locks.get(image.name);
      const machines = lock?.contextSha256 === image.contextSha256 ? lock.machines?.[host.name] : undefined;
      return machines === undefined ? [] : [[image.name, machines]];
    }),
  );
}
