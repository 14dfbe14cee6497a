import { appendFileSync } from 'node:fs';
import { generateWorkspace } from './generated-workspace.ts';
import { measureSuccess, median } from './measure.ts';
import type { Row } from './report.ts';

const RUNS = 3;
const QUIET = { NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false', NX_NO_CLOUD: 'true', CI: 'true' };

/** Builds of a generated workspace: from nothing, again, after a touch, and what `nx affected` says. */
export async function benchBuild(
  repository: string,
  size: { templates: number; lambdas: number },
): Promise<readonly Row[]> {
  const workspace = generateWorkspace(repository, size);
  const nx = (...args: string[]) =>
    measureSuccess('node', ['node_modules/nx/dist/bin/nx.js', ...args], { cwd: workspace.root, env: QUIET });
  const what = `${size.templates} templates, ${size.lambdas} functions`;
  try {
    const cold = await nx('run-many', '-t', 'build');
    const again = [];
    for (let run = 0; run < RUNS; run++) again.push(await nx('run-many', '-t', 'build'));
    appendFileSync(workspace.aHandler, `\nexport const touched = '${size.templates}';\n`);
    const touched = await nx('run-many', '-t', 'build');
    const affected = [];
    for (let run = 0; run < RUNS; run++)
      affected.push(await nx('show', 'projects', '--affected', `--files=packages/lambdas/f-0/handler.ts`));
    return [
      { name: `build from nothing, ${what}`, wallMs: cold.wallMs, peakMiB: cold.peakMiB },
      {
        name: `build again, nothing changed, ${what}`,
        wallMs: median(again.map(({ wallMs }) => wallMs)),
        peakMiB: median(again.map(({ peakMiB }) => peakMiB)),
      },
      { name: `build after one handler changed, ${what}`, wallMs: touched.wallMs, peakMiB: touched.peakMiB },
      {
        name: `nx affected, ${what}`,
        wallMs: median(affected.map(({ wallMs }) => wallMs)),
        peakMiB: median(affected.map(({ peakMiB }) => peakMiB)),
      },
    ];
  } finally {
    workspace.remove();
  }
}
