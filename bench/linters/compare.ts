import { sharedRule, standardsLike } from '@bitclouded/standards/borrowed';
import type { LinterName, Said } from './linter.ts';

/** What one linter found, beside the others. */
export interface Compared {
  readonly name: LinterName;
  /** All that it said. */
  readonly findings: number;
  /** Resources of which it said something, and those of which only it did. */
  readonly resources: number;
  readonly resourcesAlone: number;
  /** Matters: a resource and a subject, each once; and those that only it found. */
  readonly matters: number;
  readonly mattersAlone: number;
  /** Matters that this and another found, by the other's name. */
  readonly shared: ReadonlyMap<LinterName, number>;
}

export interface Comparison {
  readonly linters: readonly Compared[];
  /** Different matters and resources that all of them found together. */
  readonly matters: number;
  readonly resources: number;
}

/**
 * Compares linters by what they found where. The subject of a finding is the standard that speaks of the same thing as
 * its rule; of a rule that no standard is like, the rule itself, one name for those that cfn-lint and AWS's validator
 * have both.
 */
export function compareLinters(runs: readonly { name: LinterName; said: readonly Said[] }[]): Comparison {
  const sets = runs.map(({ name, said }) => ({
    name,
    findings: said.length,
    resources: new Set(said.filter(({ logicalId }) => logicalId !== undefined).map(placeOf)),
    matters: new Set(
      said.flatMap((one) => subjectsOf(name, one.rule).map((subject) => JSON.stringify([placeOf(one), subject]))),
    ),
  }));
  return {
    linters: sets.map((set) => {
      const others = sets.filter((other) => other !== set);
      return {
        name: set.name,
        findings: set.findings,
        resources: set.resources.size,
        resourcesAlone: alone(
          set.resources,
          others.map(({ resources }) => resources),
        ),
        matters: set.matters.size,
        mattersAlone: alone(
          set.matters,
          others.map(({ matters }) => matters),
        ),
        shared: new Map(
          others.map((other) => [other.name, [...set.matters].filter((matter) => other.matters.has(matter)).length]),
        ),
      };
    }),
    matters: union(sets.map(({ matters }) => matters)).size,
    resources: union(sets.map(({ resources }) => resources)).size,
  };
}

/** The comparison as text: what each finds alone, and what any two find together. */
export function renderComparison({ linters, matters, resources }: Comparison): string {
  const head = ['', 'findings', 'resources', 'alone', 'matters', 'alone', ...linters.map(({ name }) => `with ${name}`)];
  const lines = linters.map((linter) => [
    linter.name,
    linter.findings,
    linter.resources,
    linter.resourcesAlone,
    linter.matters,
    linter.mattersAlone,
    ...linters.map(({ name }) => linter.shared.get(name) ?? '-'),
  ]);
  const all = ['all together', '', resources, '', matters, '', ...linters.map(() => '')];
  return renderTable([head, ...lines, all].map((line) => line.map(String)));
}

export function renderTable(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function subjectsOf(name: LinterName, rule: string): string[] {
  if (name === 'bitclouded') return [rule];
  const like = standardsLike(name, rule);
  return like.length > 0 ? like : [sharedRule(name, rule)];
}

function placeOf({ file, logicalId }: Said): string {
  return JSON.stringify([file, logicalId]);
}

function alone(own: ReadonlySet<string>, others: readonly ReadonlySet<string>[]): number {
  const theirs = union(others);
  return [...own].filter((one) => !theirs.has(one)).length;
}

function union(sets: readonly ReadonlySet<string>[]): Set<string> {
  return new Set(sets.flatMap((set) => [...set]));
}
