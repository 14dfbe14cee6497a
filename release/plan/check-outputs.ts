import type { Dist } from '../read-dist.ts';
import { ReleaseError } from '../release-error.ts';

/**
 * Output names are unique in the catalogue: a parameter has the name of the output that it takes, so two outputs of
 * one name could not be told apart.
 * @throws ReleaseError `output-not-unique`, one fault for each such name
 */
export function checkOutputs(dist: Pick<Dist, 'units'>): void {
  const givers = new Map<string, string[]>();
  for (const { name: template, interface: face } of dist.units)
    if (face.kind === 'template')
      for (const { name } of face.outputs) givers.set(name, [...(givers.get(name) ?? []), template]);

  const faults = [...givers]
    .filter(([, templates]) => templates.length > 1)
    .map(([output, templates]) => ({
      code: 'output-not-unique' as const,
      where: `output ${output}`,
      received: `outputs of ${templates.join(' and ')}`,
      expected: 'an output of one template',
      remedy: `rename it in template.ts of ${templates.slice(1).join(', ')}`,
    }));
  if (faults.length > 0) throw new ReleaseError(faults);
}
