import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type CheckOptions, checkTemplate, choose, loadStandards, standardNames } from '@bitclouded/standards';
import type { PluginFault } from '../../plugin-error.ts';

/**
 * Every standard of the catalogue, by the review dates of today. A cached check stays as it is when an exception's
 * day of review comes: builds without a cache, as in CI, find it.
 */
export async function everyStandard(root: string, today: string): Promise<CheckOptions> {
  const door = createRequire(join(root, 'package.json')).resolve('@bitclouded/standards');
  const names = standardNames(join(dirname(door), 'rules'));
  return { standards: choose(await loadStandards(names), 'all'), known: new Set(names), today };
}

/** What a built template's page could not answer for: findings that no exception excuses. */
export function standardFaults(path: string, yaml: Uint8Array, options: CheckOptions): PluginFault[] {
  return checkTemplate(yaml, path, options).findings.map(({ line, column, resource, message, standard, remedy }) => ({
    code: 'standard-broken',
    where: [`${path}:${line}:${column}`, resource?.logicalId].filter(Boolean).join(' '),
    received: message,
    expected: `the standard ${standard}`,
    remedy: `${remedy}; or excuse it in template.ts with except(…), a reason and a day of review`,
  }));
}
