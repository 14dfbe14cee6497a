import type { Fate, PlannedChange, PropertyChange } from './planned-changes.ts';
import type { StackPlan } from './stack-plan.ts';

const LONGEST_VALUE = 60;

const FATES: Readonly<Record<Fate, string>> = {
  kept: '',
  deleted: 'the old one is deleted',
  'left behind': 'the old one stays, outside the stack',
  'deleted after a snapshot': 'the old one is deleted after a snapshot',
  unknown: 'the old one goes as its policies say',
};

/** A plan in lines for people: what would be created, changed, replaced and removed. */
export function describePlan(plan: StackPlan): readonly string[] {
  const { stack, region, action, changes, terminationProtection } = plan;
  const protection =
    terminationProtection === undefined
      ? []
      : [`  ${terminationProtection ? 'protected' : 'no longer protected'} from deletion`];
  if (action === 'nothing')
    return [`${region}  ${stack}: ${protection.length > 0 ? 'update' : 'nothing to do'}`, ...protection];
  const lines = changes.flatMap(linesOf);
  const rest = lines.length === 0 ? ['  outputs, tags or metadata alone'] : lines;
  return [`${region}  ${stack}: ${action}`, ...rest, ...protection];
}

function linesOf({ effect, logicalId, resourceType, physicalId, fate, interrupts, because }: PlannedChange): string[] {
  const notes = [
    physicalId,
    effect === 'changed' && interrupts === 'perhaps' ? 'may be interrupted' : undefined,
    effect === 'created' || effect === 'imported' ? undefined : FATES[fate],
  ].filter(Boolean);
  return [
    `  ${effect.padEnd(16)}  ${logicalId}  ${resourceType}${notes.length > 0 ? `  (${notes.join('; ')})` : ''}`,
    ...because.map((cause) => `                    ${describeCause(cause)}`),
  ];
}

function describeCause({ what, before, after, replaces }: PropertyChange): string {
  const values = before === undefined && after === undefined ? '' : `: ${shorten(before)} → ${shorten(after)}`;
  const note = { never: '', perhaps: ', may replace it', always: ', replaces it' }[replaces];
  return `${what}${values}${note}`;
}

function shorten(value: string | undefined): string {
  if (value === undefined) return 'none';
  const line = value.replace(/\s+/g, ' ');
  return line.length <= LONGEST_VALUE ? line : `${line.slice(0, LONGEST_VALUE)}…`;
}
