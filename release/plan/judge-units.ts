import { type Artifact, type Bump, type Plan, parseDocument, sha256Of } from '@bitclouded/documents';
import type { Bound } from '../pack/bind-templates.ts';
import type { Dist, DistUnit } from '../read-dist.ts';
import { ReleaseError } from '../release-error.ts';
import type { FullDiff } from './compare-resources.ts';
import { type Comparison, compareTemplates, type PublishedTemplate } from './compare-templates.ts';
import type { Previous } from './read-previous.ts';

export interface Judgement extends Pick<Plan, 'units' | 'removed'> {
  /** The smallest bump that each change asks for, by the unit's reference; units without a change are left out. */
  readonly bumps: ReadonlyMap<string, Exclude<Bump, 'none'>>;
}

/** What the templates that changed were in the release before, by name. */
export type TemplatesBefore = ReadonlyMap<string, PublishedTemplate>;

type UnitArtifact = Extract<Artifact, { verdict: unknown }>;
type Previously = Pick<Previous, 'manifest'>;

/**
 * Reads, of the release before, the templates whose text is another one now.
 * @throws ReleaseError `previous-missing`, `previous-differs`
 */
export async function templatesBefore(dist: Dist, bound: Bound, previous: Previous): Promise<TemplatesBefore> {
  const templates = new Map<string, PublishedTemplate>();
  for (const unit of dist.units.filter(({ kind }) => kind === 'template')) {
    const artifact = artifactOf(previous, unit);
    if (artifact?.kind !== 'template' || artifact.sha256 === sha256Of(bound.templates.get(unit.name)!)) continue;
    const face = previous.manifest.artifacts.find(
      (other) => other.kind === 'interface' && other.unit === unit.reference,
    );
    if (face?.kind !== 'interface')
      throw new ReleaseError({
        code: 'previous-missing',
        where: `manifest of ${previous.version}`,
        received: `no interface of ${unit.reference}`,
        expected: 'an interface beside each template',
        remedy: 'yank that release, which is not whole',
      });
    const parsed = parseDocument('interface', await previous.read(face.key, face.sha256), face.key);
    const text = (await previous.read(artifact.key, artifact.sha256)).toString();
    if (parsed.kind === 'template') templates.set(unit.name, { text, interface: parsed });
  }
  return templates;
}

/**
 * Compares every unit with the release before. Pure; `diff` is asked only for templates that are in `before`.
 * @param previous undefined: there is none, and everything is new
 */
export function judgeUnits(
  dist: Dist,
  bound: Bound,
  previous: Previously | undefined,
  before: TemplatesBefore,
  diff: FullDiff,
): Judgement {
  const bumps = new Map<string, Exclude<Bump, 'none'>>();
  const units = dist.units.map((unit): Plan['units'][number] => {
    const artifact = previous && artifactOf(previous, unit);
    const { verdict, reasons, additive } = artifact
      ? compare(unit, artifact, bound, before, diff)
      : { verdict: 'new' as const, reasons: [], additive: true };
    if (verdict === 'breaking') bumps.set(unit.reference, 'major');
    else if (additive) bumps.set(unit.reference, 'minor');
    else if (verdict !== 'unchanged') bumps.set(unit.reference, 'patch');
    return { kind: unit.kind, name: unit.name, verdict, reasons: [...reasons], dependents: dependentsOf(dist, unit) };
  });
  const built = new Set(dist.units.map(({ reference }) => reference));
  const removed = (previous?.manifest.artifacts ?? [])
    .filter((artifact): artifact is UnitArtifact => 'verdict' in artifact && !built.has(referenceOf(artifact)))
    .sort((a, b) => (referenceOf(a) < referenceOf(b) ? -1 : 1))
    .map(({ kind, name }) => ({ kind, name }));
  for (const { kind, name } of removed) bumps.set(`${kind}:${name}`, 'major');
  return { units, removed, bumps };
}

const UNCHANGED: Comparison = { verdict: 'unchanged', reasons: [], additive: false };

function compare(
  unit: DistUnit,
  artifact: UnitArtifact,
  bound: Bound,
  before: TemplatesBefore,
  diff: FullDiff,
): Comparison {
  const face = unit.interface;
  const safe = (reason: string): Comparison => ({ verdict: 'safe', reasons: [reason], additive: false });
  if (face.kind === 'template') {
    const was = before.get(unit.name);
    const text = bound.templates.get(unit.name)!.toString();
    return was ? compareTemplates(was, { text, interface: face }, diff) : UNCHANGED;
  }
  if (artifact.kind === 'lambda')
    return artifact.sha256 === sha256Of(unit.files.get('function.zip')!) ? UNCHANGED : safe('Its code changed');
  if (face.kind !== 'image' || artifact.kind !== 'image') return UNCHANGED;
  if (artifact.contextSha256 !== face.contextSha256) return safe('Its definition changed');
  return artifact.reference === bound.images.get(unit.name)!.reference ? UNCHANGED : safe('It was built again');
}

function artifactOf({ manifest }: Previously, unit: DistUnit): UnitArtifact | undefined {
  return manifest.artifacts.find(
    (artifact): artifact is UnitArtifact => artifact.kind === unit.kind && artifact.name === unit.name,
  );
}

function dependentsOf(dist: Dist, { reference }: DistUnit): string[] {
  return dist.units
    .filter(({ build }) => build.uses.some(({ unit }) => unit === reference))
    .map((unit) => unit.reference)
    .sort();
}

const referenceOf = ({ kind, name }: UnitArtifact): string => `${kind}:${name}`;
