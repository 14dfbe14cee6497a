import type { Convention } from './violation.ts';
import { workflowsOf } from './workflows.ts';

/** An action is named by the commit that was read, with its version beside it for people; a container by its digest. */
export const pinnedActions: Convention = (files) =>
  workflowsOf(files).flatMap(({ file, jobs, steps }) => {
    const used = [...jobs.values(), ...steps].flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
    return [...new Set(used)]
      .filter((uses) => !isPinned(uses, file.text))
      .map((uses) => ({
        where: file.path,
        received: `uses: ${uses}`,
        remedy: 'write owner/name@<commit of 40 digits> # v1.2.3, or docker://…@sha256:<digest>',
      }));
  });

function isPinned(uses: string, text: string): boolean {
  if (uses.startsWith('./')) return true;
  if (uses.startsWith('docker://')) return /@sha256:[0-9a-f]{64}$/.test(uses);
  if (!/^[\w.-]+(?:\/[\w.-]+)+@[0-9a-f]{40}$/.test(uses)) return false;
  const lines = text.split('\n').filter((line) => line.includes(uses));
  return lines.every((line) => /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));
}
