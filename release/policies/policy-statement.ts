/** A statement of an identity's policy, as IAM takes it. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** @returns nothing where there is nothing to allow; else the statement, its actions once each and in order */
export function statement(
  Sid: string,
  actions: Iterable<string>,
  resources: Iterable<string>,
  Condition?: PolicyStatement['Condition'],
): readonly PolicyStatement[] {
  const [Action, Resource] = [[...new Set(actions)].sort(), [...new Set(resources)].sort()];
  if (Action.length === 0 || Resource.length === 0) return [];
  return [{ Sid, Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) }];
}
