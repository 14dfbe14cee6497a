import { isDeepStrictEqual } from 'node:util';
import type { TemplateInterface, Verdict } from '@bitclouded/documents';
import { compareArtifacts } from './compare-artifacts.ts';
import { compareInterfaces } from './compare-interfaces.ts';
import { compareResources, type FullDiff } from './compare-resources.ts';
import { type Finding, inOrder } from './finding.ts';
import { inlineSections, sectionOf } from './inline-sections.ts';
import { parseTemplate, type Section } from './parse-template.ts';

/** A template as it stands, or will stand, on a host. */
export interface PublishedTemplate {
  readonly text: string;
  readonly interface: TemplateInterface;
}

export interface Comparison {
  readonly verdict: Exclude<Verdict, 'new'>;
  readonly reasons: readonly string[];
  /** Users get something that they did not have. */
  readonly additive: boolean;
}

/** What an upgrade from one text of a template to another means for a stack. */
export function compareTemplates(before: PublishedTemplate, after: PublishedTemplate, diff: FullDiff): Comparison {
  if (before.text === after.text) return { verdict: 'unchanged', reasons: [], additive: false };
  const where = `template ${after.interface.name}`;
  const [was, now] = [parseTemplate(before.text, `${where} as it was`), parseTemplate(after.text, where)];
  if (isDeepStrictEqual(was, now))
    return { verdict: 'bytes only', reasons: ['Written differently, with the same meaning'], additive: false };

  const artifacts = compareArtifacts(was, now);
  const stateful = new Set(
    before.interface.resources.filter((resource) => resource.stateful).map(({ logicalId }) => logicalId),
  );
  const findings = inOrder([
    ...compareInterfaces(before.interface, after.interface),
    ...artifacts,
    ...compareResources(was, now, stateful, diff),
    ...compareRules(was, now),
    ...compareOutputValues(was, now),
  ]);
  if (findings.length === 0) return { verdict: 'safe', reasons: ['Descriptions or metadata changed'], additive: false };
  return {
    verdict: findings[0]!.severity,
    reasons: findings.map(({ reason }) => reason),
    additive: findings.some(({ additive }) => additive === true),
  };
}

/** Rules that a release writes are compared with the artifacts: where it publishes to, and which machine images. */
const WRITTEN_BY_RELEASE = /^Published[A-Z]/;

/** Rules of the template itself. */
function compareRules(before: Section, after: Section): readonly Finding[] {
  const was = sectionOf(before, 'Rules');
  return Object.entries(sectionOf(after, 'Rules'))
    .filter(([name, rule]) => !WRITTEN_BY_RELEASE.test(name) && !isDeepStrictEqual(was[name], rule))
    .map(([name]) => ({ severity: 'breaking', reason: `Rule ${name} may refuse parameters that were taken` }));
}

function compareOutputValues(before: Section, after: Section): readonly Finding[] {
  const was = sectionOf(inlineSections(before), 'Outputs');
  return Object.entries(sectionOf(inlineSections(after), 'Outputs'))
    .filter(([name, output]) => was[name] !== undefined && !isDeepStrictEqual(madeFrom(was[name]), madeFrom(output)))
    .map(([name]) => ({ severity: 'safe', reason: `Output ${name} is made differently` }));
}

function madeFrom(output: unknown): unknown {
  const { Value, Condition } = output as Section;
  return [Value, Condition];
}
