import { generateWorkspace } from './generated-workspace.ts';
import { measureSuccess } from './measure.ts';
import { type Row, within } from './report.ts';

const STAGES = ['plan', 'pack', 'publish', 'verify', 'promote', 'reconcile'];
/** The stages whose sum has a goal. */
const HELD = ['pack', 'publish', 'verify', 'promote'];
const GOAL_S = 3;

/** Each stage of a first release of a generated workspace on a folder, a process each. */
export async function benchRelease(
  repository: string,
  size: { templates: number; lambdas: number },
): Promise<readonly Row[]> {
  const workspace = generateWorkspace(repository, size);
  const what = `${size.templates} templates, ${size.lambdas} functions`;
  try {
    await measureSuccess('npm', ['run', 'build'], { cwd: workspace.root, env: { NX_DAEMON: 'false' } });
    const rows: Row[] = [];
    for (const stage of STAGES) {
      const { wallMs, peakMiB } = await measureSuccess('node', ['release/bin.ts', stage], { cwd: workspace.root });
      rows.push({ name: `release ${stage}, ${what}`, wallMs, peakMiB });
    }
    const held = rows.filter(({ name }) => HELD.some((stage) => name.startsWith(`release ${stage},`)));
    const sum: Row = {
      name: `release ${HELD.join(' + ')}, ${what}`,
      wallMs: held.reduce((total, { wallMs }) => total + wallMs, 0),
      peakMiB: Math.max(...held.map(({ peakMiB }) => peakMiB)),
    };
    return [...rows, within(sum, GOAL_S)];
  } finally {
    workspace.remove();
  }
}
