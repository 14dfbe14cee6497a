import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';

/** What becomes of the resource that stands there. */
export type Fate = 'kept' | 'deleted' | 'left behind' | 'deleted after a snapshot' | 'unknown';

/** A property or other part of a resource whose change makes the resource change. */
export interface PropertyChange {
  /** Such as `Properties.BucketName`, `Tags` or `DeletionPolicy`; a path where the service gives one. */
  readonly what: string;
  /** As the service shows them: large ones cut short, secret ones masked. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly replaces: 'never' | 'perhaps' | 'always';
}

/** What a change set does to one resource. */
export interface PlannedChange {
  readonly logicalId: string;
  readonly resourceType: string;
  /** Absent for what is not there yet. */
  readonly physicalId: string | undefined;
  readonly effect: 'created' | 'imported' | 'changed' | 'perhaps replaced' | 'replaced' | 'removed';
  readonly fate: Fate;
  /**
   * Whether what stands there may stop for a while. CloudFormation tells replacement and deletion only; of a change
   * of properties nobody knows but each property's documentation.
   */
  readonly interrupts: 'no' | 'perhaps' | 'yes';
  readonly because: readonly PropertyChange[];
}

/** Parts of a resource that CloudFormation or tagging looks at, and that nothing is restarted for. */
const HARMLESS: readonly string[] = [
  'Metadata',
  'Tags',
  'CreationPolicy',
  'UpdatePolicy',
  'DeletionPolicy',
  'UpdateReplacePolicy',
];

/** What a change set means, in its own order. */
export function plannedChanges(changes: readonly Change[]): readonly PlannedChange[] {
  return changes.flatMap(({ ResourceChange }) =>
    // `SyncWithActual` changes CloudFormation's records alone.
    ResourceChange === undefined || ResourceChange.Action === 'SyncWithActual' ? [] : [plannedChange(ResourceChange)],
  );
}

/** Whether something that stands there would be, or might be, gone. */
export function losesSomething({ effect }: PlannedChange): boolean {
  return effect === 'removed' || effect === 'replaced' || effect === 'perhaps replaced';
}

function plannedChange(change: ResourceChange): PlannedChange {
  const effect = effectOf(change);
  return {
    logicalId: change.LogicalResourceId ?? '',
    resourceType: change.ResourceType ?? '',
    physicalId: change.PhysicalResourceId || undefined,
    effect,
    fate: fateOf(change, effect),
    interrupts: interruptionOf(change, effect),
    because: effect === 'created' || effect === 'removed' ? [] : causesOf(change),
  };
}

function effectOf({ Action, Replacement }: ResourceChange): PlannedChange['effect'] {
  if (Action === 'Add') return 'created';
  if (Action === 'Import') return 'imported';
  if (Action === 'Remove') return 'removed';
  // `Dynamic`: known only while it runs.
  if (Action === 'Dynamic' || Replacement === 'Conditional') return 'perhaps replaced';
  return Replacement === 'True' ? 'replaced' : 'changed';
}

function fateOf({ PolicyAction }: ResourceChange, effect: PlannedChange['effect']): Fate {
  switch (PolicyAction) {
    case 'Delete':
    case 'ReplaceAndDelete':
      return 'deleted';
    case 'Retain':
    case 'ReplaceAndRetain':
      return 'left behind';
    case 'Snapshot':
    case 'ReplaceAndSnapshot':
      return 'deleted after a snapshot';
    default:
      // Without a policy the service deletes; where it does not name one, no more is known.
      return effect === 'removed' || effect === 'replaced' || effect === 'perhaps replaced' ? 'unknown' : 'kept';
  }
}

function interruptionOf({ Scope = [] }: ResourceChange, effect: PlannedChange['effect']): PlannedChange['interrupts'] {
  if (effect === 'created' || effect === 'imported') return 'no';
  if (effect === 'replaced' || effect === 'removed') return 'yes';
  if (effect === 'perhaps replaced') return 'perhaps';
  return Scope.length > 0 && Scope.every((part) => HARMLESS.includes(part)) ? 'no' : 'perhaps';
}

function causesOf({ Details = [] }: ResourceChange): readonly PropertyChange[] {
  const causes = Details.map(({ Target }): PropertyChange => {
    const { Attribute, Name, Path, BeforeValue, AfterValue, RequiresRecreation } = Target ?? {};
    return {
      what: Path?.replace(/^\//, '').replaceAll('/', '.') || [Attribute, Name].filter(Boolean).join('.'),
      before: BeforeValue,
      after: AfterValue,
      replaces:
        RequiresRecreation === 'Always' ? 'always' : RequiresRecreation === 'Conditionally' ? 'perhaps' : 'never',
    };
  });
  // One property may stand there twice: for its own value and for what it refers to. The graver word stays.
  const gravity = ['never', 'perhaps', 'always'];
  const byName = new Map<string, PropertyChange>();
  for (const cause of causes) {
    const known = byName.get(cause.what);
    if (known === undefined || gravity.indexOf(cause.replaces) > gravity.indexOf(known.replaces))
      byName.set(cause.what, cause);
  }
  return [...byName.values()];
}
