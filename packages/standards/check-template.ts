import { applyExceptions, type Excused } from './exceptions.ts';
import { type Chosen, type Finding, findingOf } from './finding.ts';
import { Template } from './model/template.ts';

export interface CheckOptions {
  readonly standards: readonly Chosen[];
  /** Every standard's name, chosen or not: an exception may be from any. */
  readonly known: ReadonlySet<string>;
  /** ISO 8601 day. */
  readonly today: string;
}

/** What the standards say of one template. */
export interface Checked {
  readonly file: string;
  /** Why nothing is said of it: SAM, or another macro that writes it anew. */
  readonly leftAlone: string | undefined;
  /** Parts that only the stack's parameters decide. */
  readonly undecided: readonly { readonly line: number; readonly column: number; readonly why: string }[];
  /** In the order of the file. */
  readonly findings: readonly Finding[];
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
  if (leftAlone !== undefined) return { file, leftAlone, undecided, findings: [], excused: [] };

  const { standards, known, today } = options;
  const found = standards.flatMap((chosen) => findingsOf(chosen, template, today));
  const ran = new Set(standards.map(({ standard }) => standard.name));
  const { findings, excused } = applyExceptions(found, template, { ran, known, today });
  return { file, leftAlone, undecided, findings: findings.sort(inFileOrder), excused };
}

function findingsOf({ standard, severity }: Chosen, template: Template, today: string): Finding[] {
  const found =
    standard.applies === 'template'
      ? [...standard.check({ template, today })]
      : template
          .ofType(...standard.applies)
          .flatMap((resource) =>
            [...standard.check({ template, resource, today })].map((one) => ({ resource, ...one })),
          );
  return distinct(found.map((one) => findingOf(one, standard, severity, template.source)));
}

/** Two branches may meet in one fault: it is said once. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.resource?.logicalId}\n${finding.line}:${finding.column}\n${finding.message}`;
    if (!seen.has(key)) seen.set(key, finding);
  }
  return [...seen.values()];
}

function inFileOrder(one: Finding, other: Finding): number {
  return one.line - other.line || one.column - other.column || one.number - other.number;
}
