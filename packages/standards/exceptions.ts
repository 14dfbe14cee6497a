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
  const excuseOf = (finding: Finding): Exception | undefined =>
    exceptions.find((exception) => covers(exception, finding));
  const excused = findings.flatMap((finding) => {
    const exception = excuseOf(finding);
    return exception ? [{ ...finding, reason: exception.reason, review: exception.review }] : [];
  });
  const faults = exceptions.flatMap((exception) => {
    const message = faultOf(exception, {
      ran,
      known,
      today,
      isIdle: !findings.some((found) => covers(exception, found)),
    });
    if (message === undefined) return [];
    const { place: at, resource } = exception;
    const found = { at: { place: at }, message, ...(resource && { resource }) };
    return [findingOf(found, exceptionStandard, exceptionStandard.severity, template.source)];
  });
  return { findings: [...findings.filter((finding) => !excuseOf(finding)), ...faults], excused };
}

function covers({ standard, resource }: Exception, finding: Finding): boolean {
  return standard === finding.standard && resource?.logicalId === finding.resource?.logicalId;
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
