import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ReleaseError } from '../release-error.ts';
import { writeLayoutIndex } from './layout.ts';
import { normaliseSbom } from './normalise-sbom.ts';
import type { Descriptor } from './oci.ts';
import type { RunTool } from './run-tool.ts';
import type { Trivy } from './trivy.ts';

/** What an SBOM is made of. */
export interface SbomRequest {
  readonly layoutFolder: string;
  /** The manifest of one architecture, in that layout. */
  readonly image: Descriptor;
  /** Of the image, as people know it. */
  readonly name: string;
  readonly version: string;
}

/** Makes the SBOM of one architecture's image: its bytes. */
export type MakeSbom = (request: SbomRequest, signal: AbortSignal) => Promise<Uint8Array>;

/**
 * Lists what is installed in an image as CycloneDX: the packages of its distribution and of programming languages, as
 * they stand in its root file system, layer upon layer. Nothing is asked of a network.
 * @throws ReleaseError `sbom-failed`, `sbom-invalid`
 */
export function trivySboms({ program, version: scanner }: Trivy, run: RunTool): MakeSbom {
  return async ({ layoutFolder, image, name, version }, signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'bitclouded-sbom-'));
    try {
      // A layout with this image alone: of several Trivy takes the first.
      const layout = join(folder, 'layout');
      const made = join(folder, 'sbom.json');
      await writeLayoutIndex(layout, [image]);
      await symlink(resolve(layoutFolder, 'blobs'), join(layout, 'blobs'));
      const ended = await run(
        program,
        [
          ...['image', '--input', layout, '--format', 'cyclonedx', '--output', made],
          ...['--offline-scan', '--skip-db-update', '--skip-java-db-update', '--cache-dir', join(folder, 'cache')],
        ],
        signal,
      );
      const architecture = image.platform?.architecture ?? '';
      if (ended.exitCode !== 0)
        throw failed(`SBOM of ${name} (${architecture})`, ended.failure ?? stripVTControlCharacters(ended.all).trim());
      return normaliseSbom(await readFile(made), { name, version, digest: image.digest, architecture, scanner });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function failed(where: string, received: string): ReleaseError {
  return new ReleaseError({
    code: 'sbom-failed',
    where,
    received: received.split('\n').slice(-5).join('\n    '),
    expected: 'a list of what is installed in the image',
    remedy: 'see whether there is room in the folder for temporary files, then run this again',
  });
}
