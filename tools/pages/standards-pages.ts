import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  catalogueStandard,
  exceptionStandard,
  loadStandards,
  standardNames,
  standardPage,
  standardsIndex,
} from '@bitclouded/standards';
import type { PlantedMeasurement } from './planted-faults.ts';
import { sourcesPage } from './sources-page.ts';

/** Every page of `docs/standards`, by its file name. */
export async function standardsPages(repository: string): Promise<ReadonlyMap<string, string>> {
  const standards = await loadStandards(standardNames(join(repository, 'packages/standards/rules')));
  const all = [...standards, catalogueStandard, exceptionStandard];
  const measured = readFileSync(join(repository, 'tools/pages/planted-faults.json'), 'utf8');
  return new Map([
    ['README.md', standardsIndex(all)],
    ['sources.md', sourcesPage(standards, JSON.parse(measured) as PlantedMeasurement)],
    ...all.map((standard) => [`${standard.name}.md`, standardPage(standard)] as const),
  ]);
}
