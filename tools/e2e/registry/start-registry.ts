import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { E2eError } from '../e2e-error.ts';
import { freePort } from '../free-port.ts';
import { Daemons } from '../object-store/daemons.ts';

/** A registry of container images: Docker's own, as Debian packages it. */
export interface Registry {
  /** As references name it: `127.0.0.1:<port>`. */
  readonly name: string;
  /** `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** Where it keeps a blob, to damage it. */
  blobPath(digest: string): string;
  stop(): Promise<void>;
}

const PATIENCE_MS = 20_000;

/**
 * Starts a registry on 127.0.0.1 that keeps its images in `folder`.
 * @throws E2eError `tool-missing`, `server-failed`
 */
export async function startRegistry(folder: string): Promise<Registry> {
  const port = await freePort();
  const storage = join(folder, 'storage');
  await mkdir(storage, { recursive: true });
  const configuration = join(folder, 'registry.yml');
  const document = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: `127.0.0.1:${port}` },
  };
  // JSON is YAML.
  await writeFile(configuration, JSON.stringify(document));
  const daemons = new Daemons({ OTEL_TRACES_EXPORTER: 'none' });
  daemons.start('docker-registry', ['serve', configuration]);
  const endpoint = `http://127.0.0.1:${port}`;
  await untilItAnswers(`${endpoint}/v2/`, daemons);
  daemons.unref();
  return {
    name: `127.0.0.1:${port}`,
    endpoint,
    blobPath: (digest) => {
      const hash = digest.slice('sha256:'.length);
      return join(storage, 'docker/registry/v2/blobs/sha256', hash.slice(0, 2), hash, 'data');
    },
    stop: () => daemons.end(),
  };
}

async function untilItAnswers(url: string, daemons: Daemons): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (daemons.areRunning() && Date.now() < deadline) {
    try {
      if ((await fetch(url)).ok) return;
    } catch (cause) {
      // Nobody listens yet. By its name: Jest's TypeError is another one than that of Node's fetch.
      if ((cause as Error).name !== 'TypeError') throw cause;
    }
    await pause(100);
  }
  await daemons.end();
  throw new E2eError({
    code: 'server-failed',
    where: url,
    received: 'no registry that answers',
    expected: 'docker-registry, which Debian packages under that name',
    remedy: 'npm run e2e:setup as root on Debian or Ubuntu, or: sudo apt-get install docker-registry',
  });
}
