import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ReleaseError } from '../release-error.ts';
import type { PendingChanges } from '../version/read-changesets.ts';
import { runIn } from '../version/run.ts';

/**
 * `readChangesets` in a process of its own: changesets' libraries are native modules, which a test that is
 * compiled to CommonJS cannot load.
 */
export async function readChangesetsApart(repository: string): Promise<PendingChanges | undefined> {
  const module = pathToFileURL(join(__dirname, '../version/read-changesets.ts')).href;
  const program = `
    import { readChangesets } from ${JSON.stringify(module)};
    try {
      console.log(JSON.stringify({ pending: await readChangesets(${JSON.stringify(repository)}) }));
    } catch (error) {
      if (error.faults === undefined) throw error;
      console.log(JSON.stringify({ faults: error.faults }));
    }`;
  const { exitCode, stdout, stderr } = await runIn(repository)(process.execPath, [
    '--input-type=module',
    '--eval',
    program,
  ]);
  if (exitCode !== 0) throw new Error(stderr);
  const { pending, faults } = JSON.parse(stdout);
  if (faults) throw new ReleaseError(faults);
  return pending;
}
