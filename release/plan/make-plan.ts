import { type Bump, type Host, type Plan, plan } from '@bitclouded/documents';
import { lt } from 'semver';
import type { Destination } from '../destinations/destination.ts';
import { type Bound, bindTemplates } from '../pack/bind-templates.ts';
import { renderBundle } from '../pack/render-bundle.ts';
import type { Dist } from '../read-dist.ts';
import type { Locks } from '../read-locks.ts';
import { ReleaseError } from '../release-error.ts';
import { decideVersion, developmentVersion, stableOf } from '../version/decide-version.ts';
import type { VersionSource } from '../version/read-version-source.ts';
import { checkOutputs } from './check-outputs.ts';
import type { FullDiff } from './compare-resources.ts';
import { type Judgement, judgeUnits, templatesBefore } from './judge-units.ts';
import { type Previous, readPrevious } from './read-previous.ts';
import { greaterVersion, greatestBump, smallestVersion } from './required-bump.ts';

export interface PlanRequest {
  readonly dist: Dist;
  readonly host: Host;
  readonly locks: Locks;
  readonly source: VersionSource;
  /** Where the releases before stand; it is only read. */
  readonly destination: Pick<Destination, 'name' | 'read'>;
  readonly signal: AbortSignal;
}

interface Compared extends Judgement {
  readonly previous: Previous | undefined;
  readonly requiredBump: Bump;
}

/**
 * Decides the version of a release and says what it means for whoever upgrades.
 *
 * A development version carries a hash of the whole bundle, as it would be as version 0.0.0: the same files for
 * the same host give the same version, and two different bundles never share one.
 * @throws ReleaseError `output-not-unique`; `version-too-small` for each unit that changed more than the version says, and those of
 *   binding and of reading the release before
 */
export async function makePlan(request: PlanRequest): Promise<Plan> {
  const { dist, host, locks, source } = request;
  checkOutputs(dist);
  const bound = bindTemplates(dist, host, locks);
  const decision = decideVersion(source);
  if (decision.kind === 'release') {
    const compared = await compareWith(request, bound, decision.version);
    checkVersion(decision.version, compared);
    return document(request, decision.version, compared);
  }

  let { next } = decision;
  let compared = await compareWith(request, bound, next);
  for (;;) {
    const { previous, requiredBump } = compared;
    const raised = previous ? greaterVersion(next, smallestVersion(previous.version, requiredBump)) : next;
    // A raised version may have another release right below it.
    if (raised === next) break;
    next = raised;
    compared = await compareWith(request, bound, next);
  }
  const identity = renderBundle(dist, host, bound, document(request, '0.0.0', compared)).manifestSha256;
  return document(request, developmentVersion(next, identity), compared);
}

async function compareWith(request: PlanRequest, bound: Bound, version: string): Promise<Compared> {
  const { dist, host, destination, signal } = request;
  const previous = await readPrevious(destination, host, version, signal);
  const before = previous ? await templatesBefore(dist, bound, previous) : new Map();
  const judgement = judgeUnits(dist, bound, previous, before, before.size > 0 ? await loadDiff() : noDiff);
  return { ...judgement, previous, requiredBump: greatestBump(judgement.bumps.values()) };
}

/** It reads the schemas of every AWS resource, which takes a second. */
async function loadDiff(): Promise<FullDiff> {
  return (await import('@aws-cdk/cloudformation-diff')).fullDiff;
}

const noDiff: FullDiff = () => {
  throw new Error('no template is to be compared');
};

function document({ dist, host }: PlanRequest, version: string, compared: Compared): Plan {
  return plan.parse({
    schema: 'bitclouded.plan/1',
    host: host.name,
    version,
    comparedWith: compared.previous?.version ?? null,
    requiredBump: compared.requiredBump,
    distSha256: dist.distSha256,
    units: compared.units,
    removed: compared.removed,
  } satisfies Plan);
}

/** A version that is no development version was chosen by people, and is never raised behind their backs. */
function checkVersion(version: string, { previous, bumps, units }: Compared): void {
  if (previous === undefined) return;
  const faults = [...bumps].flatMap(([reference, bump]) => {
    const smallest = smallestVersion(previous.version, bump);
    if (!lt(stableOf(version), smallest)) return [];
    const unit = units.find(({ kind, name }) => `${kind}:${name}` === reference);
    const reasons = unit === undefined ? ['It is gone'] : unit.reasons.length > 0 ? unit.reasons : ['It is new'];
    return [
      {
        code: 'version-too-small' as const,
        where: reference,
        received: `${version} after ${previous.version}`,
        expected: `at least ${smallest}, because: ${reasons.join('; ')}`,
        remedy: `add a ${bump} changeset and run npm run version, or take the change back`,
      },
    ];
  });
  if (faults.length > 0) throw new ReleaseError(faults);
}
