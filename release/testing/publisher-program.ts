/*
 * A program of tests: publishes bundles as it is told, one after the other, in a process of its own.
 * Messages: { folder, bundle, at } → { created } or { code, message }. `at` is the moment at which all begin.
 */
import { openFolder } from '../destinations/folder.ts';
import { readBundle } from '../pack/read-bundle.ts';
import { publish } from '../publish/publish.ts';
import { ReleaseError } from '../release-error.ts';
import { testHost } from './write-bundle.ts';

const host = testHost();

process.on('message', async ({ folder, bundle: path, at }: { folder: string; bundle: string; at: number }) => {
  const bundle = await readBundle(path);
  const destination = openFolder(folder, host.homeRegion);
  while (Date.now() < at) {
    // Spins: a timer would wake the processes one after the other.
  }
  try {
    const { created } = await publish({ bundle, host, destination }, new AbortController().signal, () => undefined);
    process.send!({ created });
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    process.send!({ code: error.code, message: error.message });
  }
});
process.send!('ready');
