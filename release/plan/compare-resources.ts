import { isDeepStrictEqual } from 'node:util';
import type { fullDiff, ResourceDifference } from '@aws-cdk/cloudformation-diff';
import type { Finding } from './finding.ts';
import { inlineSections, sectionOf } from './inline-sections.ts';
import { interrupts } from './interruptions.ts';
import { isObject, type Section, type Value } from './parse-template.ts';

/** The differ of AWS, which is loaded only when it is needed: it reads the schemas of all resources. */
export type FullDiff = typeof fullDiff;

/**
 * What CloudFormation would do to each resource that changed.
 * @param stateful logical ids of resources that hold data
 */
export function compareResources(
  before: Section,
  after: Section,
  stateful: ReadonlySet<string>,
  diff: FullDiff,
): readonly Finding[] {
  const [was, now] = [inlineSections(before), inlineSections(after)];
  const changes = withReplacements(was, now, diff);
  const [keptWas, keptNow] = [inlineSections(before, ['Artifacts']), inlineSections(after, ['Artifacts'])];
  return Object.keys(changes)
    .sort()
    .flatMap((id) => {
      const byArtifact = same(keptWas, keptNow, id) && !same(was, now, id);
      return judge(id, changes[id]!, stateful.has(id), byArtifact);
    });
}

function same(before: Section, after: Section, id: string): boolean {
  return isDeepStrictEqual(sectionOf(before, 'Resources')[id], sectionOf(after, 'Resources')[id]);
}

type Changes = Readonly<Record<string, ResourceDifference>>;

/** A replaced resource changes every reference to it, however deep, and so may replace others. */
function withReplacements(before: Section, after: Section, diff: FullDiff): Changes {
  const replaced = new Set<string>();
  for (;;) {
    const renamed = renameReferences(after, replaced) as Section;
    const changes: Changes = diff(before, renamed).resources.changes;
    const known = replaced.size;
    for (const [id, change] of Object.entries(changes)) if (replacementOf(change)) replaced.add(id);
    if (replaced.size === known) return changes;
  }
}

function renameReferences(value: Value, ids: ReadonlySet<string>): Value {
  if (Array.isArray(value)) return value.map((inner) => renameReferences(inner, ids));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, argument]): [string, Value] => {
      if (key === 'Ref' && typeof argument === 'string' && ids.has(argument)) return [key, replacedName(argument)];
      if (key === 'Fn::GetAtt' && Array.isArray(argument) && ids.has(String(argument[0])))
        return [key, [replacedName(String(argument[0])), ...argument.slice(1)]];
      if (key === 'Fn::Sub') return [key, renameInText(argument, ids)];
      return [key, renameReferences(argument, ids)];
    }),
  );
}

function renameInText(argument: Value, ids: ReadonlySet<string>): Value {
  if (typeof argument === 'string')
    return argument.replace(/\$\{([A-Za-z0-9]+)/g, (text, id: string) =>
      ids.has(id) ? `\${${replacedName(id)}` : text,
    );
  if (!Array.isArray(argument)) return argument;
  const [text, ...values] = argument as readonly Value[];
  return [renameInText(text ?? '', ids), ...values.map((value) => renameReferences(value, ids))];
}

const replacedName = (id: string): string => `${id} (replaced)`;

/** Undefined: it stays. The differ's enumeration is compared by its text, so that its module loads only on demand. */
function replacementOf(change: ResourceDifference): 'will' | 'may' | undefined {
  const impact: string = change.changeImpact;
  if (impact === 'WILL_REPLACE') return 'will';
  return impact === 'MAY_REPLACE' ? 'may' : undefined;
}

function judge(id: string, change: ResourceDifference, holdsData: boolean, byArtifact: boolean): readonly Finding[] {
  const name = `${id} (${change.newResourceType ?? change.oldResourceType})`;
  if (change.isAddition) return [{ severity: 'safe', reason: `Adds ${name}` }];
  if (change.isRemoval)
    return [
      holdsData
        ? { severity: 'breaking', reason: `Removes ${name}, which holds data` }
        : { severity: 'interrupts', reason: `Removes ${name}` },
    ];
  const properties = Object.keys(change.propertyUpdates).sort();
  const attributes = Object.keys(change.otherChanges).sort();
  const changed = [...properties, ...attributes.filter((attribute) => attribute !== 'Condition')];
  const what = byArtifact || changed.length === 0 ? '' : `: ${changed.join(', ')}`;
  const findings: Finding[] = [];
  if (attributes.includes('Condition'))
    findings.push(
      holdsData
        ? { severity: 'breaking', reason: `May remove ${name}, which holds data: it is made on another condition` }
        : { severity: 'replaces', reason: `May remove ${name}: it is made on another condition` },
    );
  const replacement = replacementOf(change);
  if (replacement) {
    const verb = replacement === 'will' ? 'Replaces' : 'May replace';
    findings.push(
      holdsData
        ? { severity: 'breaking', reason: `${verb} ${name}, which holds data${what}` }
        : { severity: 'replaces', reason: `${verb} ${name}${what}` },
    );
  } else if (interrupts(change.newResourceType ?? '', properties))
    findings.push({ severity: 'interrupts', reason: `Interrupts ${name}${what}` });
  // That a function or an image changed is said once, for all that use it.
  else if (!byArtifact && changed.length > 0) findings.push({ severity: 'safe', reason: `Updates ${name}${what}` });
  return findings;
}
