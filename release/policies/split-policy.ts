import type { PolicyStatement } from './policy-statement.ts';

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** White space is not counted. Source: IAM User Guide, "IAM and AWS STS quotas", managed policy size. */
export const POLICY_LIMIT_CHARACTERS = 6144;

/**
 * Puts statements into as few documents as their order allows, each within IAM's limit. A statement that is too long
 * for one is cut between its actions. Equal statements give equal documents.
 */
export function splitPolicy(statements: readonly PolicyStatement[]): readonly PolicyDocument[] {
  const documents: PolicyStatement[][] = [];
  for (const statement of statements.flatMap(cut)) {
    const last = documents.at(-1);
    if (last && sizeOf([...last, statement]) <= POLICY_LIMIT_CHARACTERS) last.push(statement);
    else documents.push([statement]);
  }
  return documents.map(documentOf);
}

/** What IAM counts of a document. */
export function sizeOf(statements: readonly PolicyStatement[]): number {
  return JSON.stringify(documentOf(statements)).replace(/\s/g, '').length;
}

function documentOf(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

function cut(statement: PolicyStatement): readonly PolicyStatement[] {
  const { Action: actions, Sid } = statement;
  if (sizeOf([statement]) <= POLICY_LIMIT_CHARACTERS || actions.length < 2) return [statement];
  const middle = Math.ceil(actions.length / 2);
  return [actions.slice(0, middle), actions.slice(middle)].flatMap((Action, half) =>
    cut({ ...statement, Sid: `${Sid}${half + 1}`, Action }),
  );
}
