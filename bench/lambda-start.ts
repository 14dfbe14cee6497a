import { builtFunctions, unzipFunction } from '../tools/e2e/unzipped-function.ts';
import { measureSuccess, median } from './measure.ts';
import type { Row } from './report.ts';

const RUNS = 5;

/** How long each built function's module takes to load, with the SDK beside it as in the runtime; Node's own start apart. */
export async function benchLambdaStart(repository: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const name of builtFunctions(repository)) {
    const unzipped = unzipFunction(repository, name);
    const load = `const started = performance.now();
const { ${unzipped.export}: handler } = await import('./${unzipped.module}');
if (typeof handler !== 'function') throw new Error('no handler');
console.log(performance.now() - started);`;
    try {
      const runs = [];
      for (let run = 0; run < RUNS; run++)
        runs.push(
          await measureSuccess('node', ['--input-type=module', '-e', load], {
            cwd: unzipped.task,
            env: { AWS_REGION: 'us-east-1' },
          }),
        );
      rows.push({
        name: `load of ${name}, ${(unzipped.zipBytes / 1024).toFixed(1)} KiB zipped`,
        wallMs: median(runs.map(({ output }) => Number(output))),
        peakMiB: median(runs.map(({ peakMiB }) => peakMiB)),
      });
    } finally {
      unzipped.remove();
    }
  }
  return rows;
}
