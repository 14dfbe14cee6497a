import { join } from 'node:path';
import { exceptionStandard, loadStandards, standardNames, standardPage, standardsIndex } from '@bitclouded/standards';

/** Every page of `docs/standards`, by its file name. */
export async function standardsPages(repository: string): Promise<ReadonlyMap<string, string>> {
  const standards = await loadStandards(standardNames(join(repository, 'packages/standards/rules')));
  const all = [...standards, exceptionStandard];
  return new Map([
    ['README.md', standardsIndex(all)],
    ...all.map((standard) => [`${standard.name}.md`, standardPage(standard)] as const),
  ]);
}
