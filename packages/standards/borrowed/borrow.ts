import type { Checked } from '../check-template.ts';
import { type BorrowedFinding, placeFindings } from './borrowed-finding.ts';
import type { Engine, EngineResult, GivenTemplate } from './engine.ts';
import { sharedRule, standardsLike } from './same-rules.ts';

/** A finding that somebody else has shown already. */
export interface RepeatedFinding extends BorrowedFinding {
  /** The standard, or the other engine's rule, under which it stands in the report. */
  readonly shownAs: string;
}

/** What one engine says of all templates of a run, beside what the standards say. */
export interface BorrowedRun extends Pick<Engine, 'name' | 'version'>, Pick<EngineResult, 'unread'> {
  /** In the order of the templates, then of the lines. */
  readonly findings: readonly BorrowedFinding[];
  /** What a standard of ours has found, or excused, at the same resource, or an engine before this one on the same line. */
  readonly repeated: readonly RepeatedFinding[];
}

/**
 * Runs engines one after the other, for each may take a gigabyte, and says once what several have found.
 * @param templates those that the standards could read
 * @param checked what the standards say of them
 * @throws StandardsError engine-failed
 */
export async function borrow(
  engines: readonly Engine[],
  templates: readonly GivenTemplate[],
  checked: readonly Checked[],
): Promise<BorrowedRun[]> {
  const shown = new Map(checked.flatMap(shownByStandards));
  const runs: BorrowedRun[] = [];
  for (const engine of engines) {
    const { findings, unread } = await engine.check(templates);
    const placed = placeFindings(engine, findings, templates);
    const shownBefore = (finding: BorrowedFinding): string | undefined =>
      keysOf(finding)
        .map((key) => shown.get(key))
        .find((name) => name !== undefined);
    runs.push({
      name: engine.name,
      version: engine.version,
      unread,
      findings: placed.filter((finding) => shownBefore(finding) === undefined),
      repeated: placed.flatMap((finding) => {
        const shownAs = shownBefore(finding);
        return shownAs === undefined ? [] : [{ ...finding, shownAs }];
      }),
    });
    // Only now: a rule that finds several things on one line says each of them.
    for (const finding of placed) shown.set(lineKey(finding), shown.get(lineKey(finding)) ?? finding.standard);
  }
  return runs;
}

/** What stands in the report already: each standard at each resource. */
function shownByStandards({ findings, excused }: Checked): [string, string][] {
  return [...findings, ...excused].map(({ file, resource, line, standard }) => [
    placeKey(file, resource?.logicalId ?? line, standard),
    standard,
  ]);
}

function keysOf(finding: BorrowedFinding): string[] {
  const { engine, rule, file, resource, line } = finding;
  const places = resource ? [resource.logicalId, line] : [line];
  return [
    ...standardsLike(engine, rule).flatMap((standard) => places.map((place) => placeKey(file, place, standard))),
    lineKey(finding),
  ];
}

function lineKey({ engine, rule, file, line }: BorrowedFinding): string {
  return placeKey(file, line, sharedRule(engine, rule));
}

function placeKey(file: string, place: string | number, subject: string): string {
  return JSON.stringify([file, place, subject]);
}
