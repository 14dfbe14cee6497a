import { applyExceptions, type Excused, excusesOf } from './exceptions.ts';
import { type Chosen, type Finding, findingOf } from './finding.ts';
import { Template } from './model/template.ts';
import type { Found, Standard } from './standard.ts';

export interface CheckOptions {
  readonly standards: readonly Chosen[];
  /** Every standard's name, chosen or not: an exception may be from any. */
  readonly known: ReadonlySet<string>;
  /** ISO 8601 day. */
  readonly today: string;
}

/** The findings of one standard in one file that are reported; more tell nobody more. */
export const FINDING_LIMIT = 200;

/** What the standards say of one template. */
export interface Checked {
  readonly file: string;
  /** Why nothing is said of it: SAM, or another macro that writes it anew. */
  readonly leftAlone: string | undefined;
  /** Parts that only the stack's parameters decide. */
  readonly undecided: readonly { readonly line: number; readonly column: number; readonly why: string }[];
  /** In the order of the file; at most `FINDING_LIMIT` of each standard, beside what is excused. */
  readonly findings: readonly Finding[];
  /** The standards that found more than that. */
  readonly limited: readonly string[];
  readonly excused: readonly Excused[];
}

/**
 * Holds standards against one template.
 * @param file what the findings call it
 * @throws StandardsError where the bytes are no template
 */
export function checkTemplate(bytes: Uint8Array, file: string, options: CheckOptions): Checked {
  const template = Template.read(bytes, file);
  const { source, leftAlone } = template;
  const undecided = template.undecided.map(({ place, why }) => ({ ...source.positionOf(place.start), why }));
  if (leftAlone !== undefined) return { file, leftAlone, undecided, findings: [], limited: [], excused: [] };

  const { standards, known, today } = options;
  const isExcused = excusesOf(template);
  const found = standards.flatMap((chosen) => findingsOf(chosen, template, today, isExcused));
  const ran = new Set(standards.map(({ standard }) => standard.name));
  const { findings, excused } = applyExceptions(found, template, { ran, known, today });
  const byStandard = [...Map.groupBy(findings, ({ standard }) => standard)];
  return {
    file,
    leftAlone,
    undecided,
    findings: byStandard.flatMap(([, own]) => own.slice(0, FINDING_LIMIT)).sort(inFileOrder),
    limited: byStandard.filter(([, own]) => own.length > FINDING_LIMIT).map(([name]) => name),
    excused,
  };
}

/**
 * The findings of one standard: one more than are reported where there are more, and of each exception at most as
 * many. What is excused takes nobody's place, and the search goes on, or an exception further down would seem idle.
 */
function findingsOf(
  { standard, severity }: Chosen,
  template: Template,
  today: string,
  isExcused: ReturnType<typeof excusesOf>,
): Finding[] {
  const distinct = new Map<string, Finding>();
  const counts = new Map<string | undefined, number>();
  for (const found of foundBy(standard, template, today)) {
    const counted = isExcused(standard.name, found.resource) ? `excused ${found.resource?.logicalId}` : undefined;
    const count = counts.get(counted) ?? 0;
    if (count > FINDING_LIMIT) continue;
    const finding = findingOf(found, standard, severity, template.source);
    // Two branches may meet in one fault: it is said once.
    const key = `${finding.resource?.logicalId}\n${finding.line}:${finding.column}\n${finding.message}`;
    if (distinct.has(key)) continue;
    distinct.set(key, finding);
    counts.set(counted, count + 1);
  }
  return [...distinct.values()];
}

function* foundBy(standard: Standard, template: Template, today: string): Generator<Found> {
  if (standard.applies === 'template') yield* standard.check({ template, today });
  else
    for (const resource of template.ofType(...standard.applies))
      for (const found of standard.check({ template, resource, today })) yield { resource, ...found };
}

function inFileOrder(one: Finding, other: Finding): number {
  return one.line - other.line || one.column - other.column || one.number - other.number;
}
