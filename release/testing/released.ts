import { join } from 'node:path';
import type { FolderHost } from '@bitclouded/documents';
import type { Destination } from '../destinations/destination.ts';
import { openFolder } from '../destinations/folder.ts';
import type { Bundle } from '../pack/read-bundle.ts';
import { type Operated, operate } from '../promote/operate.ts';
import { promote } from '../promote/promote.ts';
import { publish } from '../publish/publish.ts';
import { type Verified, verify } from '../verify/verify.ts';
import { inFolder } from './in-folder.ts';
import { type Contents, SMALL, testHost, writeBundle } from './write-bundle.ts';

export const NOW = new Date('2026-03-01T12:00:00.000Z');
export const go = new AbortController().signal;
export const ignore = (): void => undefined;

/** A folder host in a test's own folder, and the stages on it. */
export interface Setting {
  readonly root: string;
  /** The host's folder. */
  readonly folder: string;
  readonly host: FolderHost;
  readonly destination: Destination;
  bundle(version: string, contents?: Omit<Contents, 'version'>): Promise<Bundle>;
  publish(bundle: Bundle): Promise<void>;
  verify(version?: string): Promise<Verified>;
  /** Publishes, verifies and promotes. */
  release(version: string, contents?: Omit<Contents, 'version'>): Promise<Bundle>;
  operate(operation: Parameters<typeof operate>[2]): Promise<Operated>;
}

export function withHost(work: (setting: Setting) => Promise<void>, regions?: readonly string[]): Promise<void> {
  return inFolder(async (root) => {
    const host = testHost(regions);
    const folder = join(root, 'host');
    const destination = openFolder(folder, host.homeRegion);
    const setting: Setting = {
      root,
      folder,
      host,
      destination,
      bundle: (version, contents = SMALL) =>
        writeBundle(join(root, `bundle-${version}`), host, { version, ...contents }),
      async publish(bundle) {
        await publish({ bundle, host, destination }, go, ignore);
      },
      verify: (version) => verify({ host, reader: destination, seen: undefined, version }, NOW, go, ignore),
      async release(version, contents) {
        const bundle = await setting.bundle(version, contents);
        await setting.publish(bundle);
        const { manifestSha256 } = bundle;
        const packed = { version, manifestSha256 };
        const { report } = await verify(
          { host, reader: destination, seen: undefined, version, packed },
          NOW,
          go,
          ignore,
        );
        await promote({ host, destination, version, manifestSha256, report }, () => NOW, go, ignore);
        return bundle;
      },
      operate: (operation) => operate(host, destination, operation, () => NOW, go, ignore),
    };
    await work(setting);
  });
}
