import type { Finding, StandardFacts } from './finding.ts';
import { findingOf } from './finding.ts';
import type { Resource } from './model/resource.ts';
import type { Template } from './model/template.ts';
import { entryOf, type Node, type ScalarNode } from './reading/node.ts';

/** An excuse that stands in a Metadata: the resource's own, or the template's for what concerns no resource. */
export interface Exception {
  readonly standard: string;
  readonly reason: string;
  /** ISO 8601 day. */
  readonly review: string;
  readonly place: ScalarNode;
  readonly resource: Resource | undefined;
}

/** A finding that an exception excuses. */
export interface Excused extends Finding {
  readonly reason: string;
  readonly review: string;
}

/** An exception is held to a standard of its own. It cannot be excused. */
export const exceptionStandard: StandardFacts = {
  name: 'exception',
  number: 0,
  title: 'An exception excuses something, says why, and is looked at again',
  why: 'An excuse that outlives its reason hides the next fault.',
  remedy: 'Remove it, or give Metadata.BitClouded.Except.<standard> a Reason and a Review day that is to come',
  source: 'BitClouded, docs/standards',
  peers: 'none: cdk-nag and cfn-lint have suppressions without a day',
  audience: 'everyone',
  severity: 'error',
  examples: { good: [], bad: [] },
};

/** Whether the template excuses a standard at a resource, or as a whole where there is none. */
export function excusesOf(template: Template): (standard: string, resource: Resource | undefined) => boolean {
  const keys = new Set(readExceptions(template).map(keyOf));
  return (standard, resource) => keys.has(keyOf({ standard, resource }));
}

/**
 * Takes from the findings what exceptions excuse, and adds what is wrong with the exceptions themselves.
 * @param ran the standards that were held against the template; only those can show that an exception is idle
 * @param known every standard's name
 */
export function applyExceptions(
  findings: readonly Finding[],
  template: Template,
  { ran, known, today }: { ran: ReadonlySet<string>; known: ReadonlySet<string>; today: string },
): { findings: Finding[]; excused: Excused[] } {
  const exceptions = readExceptions(template);
  const byKey = new Map(exceptions.map((exception) => [keyOf(exception), exception]));
  const used = new Set<Exception>();
  const left: Finding[] = [];
  const excused: Excused[] = [];
  for (const finding of findings) {
    const exception = byKey.get(keyOf(finding));
    if (!exception) left.push(finding);
    else {
      used.add(exception);
      excused.push({ ...finding, reason: exception.reason, review: exception.review });
    }
  }
  for (const exception of exceptions) {
    const message = faultOf(exception, { ran, known, today, isIdle: !used.has(exception) });
    const { place: at, resource } = exception;
    const found = message && { at: { place: at }, message, ...(resource && { resource }) };
    if (found) left.push(findingOf(found, exceptionStandard, exceptionStandard.severity, template.source));
  }
  return { findings: left, excused };
}

function keyOf({
  standard,
  resource,
}: {
  readonly standard: string;
  readonly resource: { readonly logicalId: string } | undefined;
}): string {
  return `${resource?.logicalId ?? ''}\n${standard}`;
}

function faultOf(
  { standard, reason, review }: Exception,
  {
    ran,
    known,
    today,
    isIdle,
  }: { ran: ReadonlySet<string>; known: ReadonlySet<string>; today: string; isIdle: boolean },
): string | undefined {
  if (!known.has(standard)) return `No standard is called ${standard}`;
  if (reason.trim() === '') return `The exception from ${standard} gives no Reason`;
  if (!isDay(review)) return `The exception from ${standard} needs a Review day, such as 2030-01-31`;
  if (review < today) return `The exception from ${standard} was to be reviewed on ${review}`;
  if (isIdle && ran.has(standard)) return `The exception from ${standard} excuses nothing`;
  return undefined;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

function readExceptions(template: Template): Exception[] {
  return [
    ...exceptionsIn(template.root, undefined),
    ...[...template.resources.values()].flatMap((resource) => exceptionsIn(resource.node, resource)),
  ];
}

function exceptionsIn(owner: Node, resource: Resource | undefined): Exception[] {
  const except = ['Metadata', 'BitClouded', 'Except'].reduce<Node | undefined>(
    (node, key) => entryOf(node, key)?.value,
    owner,
  );
  if (except?.kind !== 'map') return [];
  return [...except.entries.values()].map(({ key, value }) => ({
    standard: key.text,
    reason: textAt(value, 'Reason'),
    review: textAt(value, 'Review'),
    place: key,
    resource,
  }));
}

function textAt(node: Node, key: string): string {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'scalar' ? value.text : '';
}
