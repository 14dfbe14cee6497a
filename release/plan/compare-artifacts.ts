import type { Finding } from './finding.ts';
import { sectionOf } from './inline-sections.ts';
import { isObject, type Section, type Value } from './parse-template.ts';

/** What changed in what a release binds: functions, images, and the regions that it publishes to. */
export function compareArtifacts(before: Section, after: Section): readonly Finding[] {
  const was = sectionOf(sectionOf(before, 'Mappings'), 'Artifacts');
  const now = sectionOf(sectionOf(after, 'Mappings'), 'Artifacts');
  const findings: Finding[] = [];
  for (const [name, entry] of Object.entries(now))
    for (const attribute of ['Key', 'Image']) {
      const [from, to] = [valueAt(was[name], attribute), valueAt(entry, attribute)];
      if (from !== undefined && to !== undefined && from !== to)
        findings.push({ severity: 'safe', reason: `${name} changed` });
    }
  for (const [region, entry] of Object.entries(now)) {
    const [from, to] = [valueAt(was[region], 'Bucket'), valueAt(entry, 'Bucket')];
    if (from !== undefined && to !== undefined && from !== to)
      findings.push({ severity: 'safe', reason: `Functions in ${region} come from the bucket ${to}` });
  }
  return [...findings, ...compareRegions(regionsOf(was), regionsOf(now))];
}

function compareRegions(before: readonly string[], after: readonly string[]): readonly Finding[] {
  if (after.length === 0) return [];
  if (before.length === 0)
    return [
      { severity: 'breaking', reason: `It needs a function now, and can be deployed to ${after.join(', ')} alone` },
    ];
  return [
    ...before
      .filter((region) => !after.includes(region))
      .map((region): Finding => ({ severity: 'breaking', reason: `It can no longer be deployed to ${region}` })),
    ...after
      .filter((region) => !before.includes(region))
      .map((region): Finding => ({ severity: 'safe', reason: `It can be deployed to ${region}`, additive: true })),
  ];
}

function regionsOf(mapping: Section): readonly string[] {
  return Object.entries(mapping)
    .filter(([, entry]) => valueAt(entry, 'Bucket') !== undefined)
    .map(([region]) => region)
    .sort();
}

function valueAt(entry: Value | undefined, attribute: string): Value | undefined {
  return isObject(entry) ? entry[attribute] : undefined;
}
