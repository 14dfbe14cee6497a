import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { measureSuccess, median } from './measure.ts';
import type { Row } from './report.ts';

const RUNS = 5;
/** What Lambda does before the first event: imports the module and looks the handler up. */
const IMPORT = `const started = performance.now();
const { handler } = await import('./index.mjs');
if (typeof handler !== 'function') throw new Error('no handler');
console.log(performance.now() - started);`;

/** How long each built function takes from an empty process to its handler, with the SDK beside it as in the runtime. */
export async function benchLambdaStart(repository: string): Promise<readonly Row[]> {
  const built = join(repository, 'dist', 'lambdas');
  const rows: Row[] = [];
  for (const name of readdirSync(built).sort()) {
    const zip = join(built, name, 'function.zip');
    const folder = mkdtempSync(join(tmpdir(), 'bitclouded-start-'));
    try {
      for (const [path, bytes] of Object.entries(unzipSync(readFileSync(zip))))
        writeFileSync(join(folder, path), bytes);
      mkdirSync(join(folder, 'node_modules'));
      for (const scope of ['@aws-sdk', '@smithy', '@aws'])
        symlinkSync(join(repository, 'node_modules', scope), join(folder, 'node_modules', scope));
      writeFileSync(join(folder, 'start.mjs'), IMPORT);
      const runs = [];
      for (let run = 0; run < RUNS; run++)
        runs.push(await measureSuccess('node', ['start.mjs'], { cwd: folder, env: { AWS_REGION: 'us-east-1' } }));
      rows.push({
        name: `start of ${name} (${(statSync(zip).size / 1024).toFixed(1)} KiB zipped), its module alone`,
        wallMs: median(runs.map(({ output }) => Number(output))),
        peakMiB: median(runs.map(({ peakMiB }) => peakMiB)),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return rows;
}
