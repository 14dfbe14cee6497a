import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { generateWorkspace } from './generated-workspace.ts';
import { measureSuccess } from './measure.ts';
import type { Row } from './report.ts';

/** All templates in one process against one process for each: the same work, side by side. */
export async function benchSynthesis(repository: string, templates: number): Promise<readonly Row[]> {
  const workspace = generateWorkspace(repository, { templates, lambdas: 14 });
  cpSync(join(repository, 'bench', 'synthesise-files.ts'), join(workspace.root, 'synthesise-files.ts'));
  const files = Array.from({ length: templates }, (_, index) =>
    join(workspace.root, `packages/templates/generated/t-${index}/template.ts`),
  );
  const run = (some: readonly string[]) =>
    measureSuccess('node', ['synthesise-files.ts', ...some], { cwd: workspace.root });
  try {
    const together = await run(files);
    let wallMs = 0;
    let peakMiB = 0;
    for (const file of files) {
      const one = await run([file]);
      wallMs += one.wallMs;
      peakMiB = Math.max(peakMiB, one.peakMiB);
    }
    return [
      { name: `synthesis of ${templates} templates, one process`, wallMs: together.wallMs, peakMiB: together.peakMiB },
      {
        name: `synthesis of ${templates} templates, a process each`,
        wallMs,
        peakMiB,
        ratio: { to: 'one process', value: wallMs / together.wallMs },
      },
    ];
  } finally {
    workspace.remove();
  }
}
