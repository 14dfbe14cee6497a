import { KitError } from '../kit-error.ts';
import type { Statement } from '../resources/resources.ts';

/** A request to AWS, as policies see it. */
export interface PolicyRequest {
  /** Who asks: the ARN of a role or user, the name of a service; nobody where it is left out. */
  readonly who?: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys, by their names as the policy writes them; what is left out is not in the request. */
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * What statements say of a request: `denied` by a statement, `allowed` by one, or neither.
 * `aws:PrincipalArn` follows from who asks. A principal of the whole account stands for whoever is in it.
 * Source: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
 * @throws KitError `intrinsic-unknown` for a condition operator that it does not know
 */
export function decide(statements: readonly Statement[], request: PolicyRequest): 'allowed' | 'denied' | 'neither' {
  const applying = statements.filter((statement) => applies(statement, request));
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return applying.length > 0 ? 'allowed' : 'neither';
}

function applies(statement: Statement, { who, action, resource, context = {} }: PolicyRequest): boolean {
  const isPrincipal = who?.startsWith('arn:') === true;
  const keys = { ...(isPrincipal && { 'aws:PrincipalArn': who }), ...context } as Record<string, string>;
  return (
    matchesPrincipal(statement.Principal, who) &&
    [statement.Action].flat().some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    // A role's trust is about the role, and names nothing.
    [statement.Resource ?? '*'].flat().some((pattern) => like(pattern, resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, wanted]) =>
      Object.entries(wanted).every(([key, values]) => holds(operator, [values].flat().map(String), keys[key])),
    )
  );
}

/** A policy of an identity names no principal. */
function matchesPrincipal(principal: Statement['Principal'], who: string | undefined): boolean {
  if (principal === undefined || principal === '*') return true;
  return Object.values(principal)
    .flat()
    .some((name) => name === '*' || name === who || (name.endsWith(':root') && accountOf(name) === accountOf(who)));
}

function accountOf(arn: string | undefined): string | undefined {
  return arn?.split(':')[4];
}

function holds(operator: string, wanted: readonly string[], value: string | undefined): boolean {
  if (operator === 'Null') return wanted.includes(String(value === undefined));
  const optional = /^(.*)IfExists$/.exec(operator)?.[1];
  if (optional !== undefined) return value === undefined || holds(optional, wanted, value);
  // A negated operator holds where the key is missing.
  const affirmative = operator.replace(/^(String|Arn)Not/, '$1');
  if (affirmative !== operator) return !holds(affirmative, wanted, value);
  switch (operator) {
    case 'Bool':
    case 'StringEquals':
      return value !== undefined && wanted.includes(value);
    case 'ArnEquals':
    case 'ArnLike':
    case 'StringLike':
      return value !== undefined && wanted.some((pattern) => like(pattern, value));
    default:
      throw new KitError({
        code: 'intrinsic-unknown',
        where: 'a policy',
        received: `condition operator ${operator}`,
        expected: 'Null, Bool, or one of strings and ARNs',
        remedy: 'add it to decide',
      });
  }
}

function like(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}
