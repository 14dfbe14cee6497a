import { join } from 'node:path';
import type { Plan } from '@bitclouded/documents';
import type { Reader } from '../destinations/destination.ts';
import { makePlan } from '../plan/make-plan.ts';
import { readDist } from '../read-dist.ts';
import { readLocks } from '../read-locks.ts';
import { ReleaseError } from '../release-error.ts';
import { writeStageDocument } from '../stage-documents.ts';
import { readVersionSource } from '../version/read-version-source.ts';
import { runIn } from '../version/run.ts';
import type { CommandContext, Outcome } from './command.ts';
import { whyDevelopment } from './why-development.ts';

/** A plan, and what people want to know about it that the document does not say. */
export interface Planned {
  readonly plan: Plan;
  /** Why it is a development version; empty for a release. */
  readonly why: readonly string[];
}

/** Decides the version and the verdicts, and leaves `plan.json`. */
export async function planStage(context: CommandContext): Promise<Planned> {
  const { workspace, host, stageFolder, signal, emit } = context;
  emit({ type: 'stage-started', stage: 'plan', subject: host.name });
  const dist = await readDist(join(workspace, 'dist'));
  const locks = await readLocks(join(workspace, 'packages/images'), dist);
  const source = await readVersionSource(workspace, runIn(workspace));
  const destination = unlessUnmade(context.reader());
  const plan = await makePlan({ dist, host, locks, source, destination, signal });
  if (!context.dryRun) await writeStageDocument(stageFolder, 'plan', plan);
  const changed = plan.units.filter((unit) => unit.verdict !== 'unchanged').length;
  emit({
    type: 'stage-finished',
    stage: 'plan',
    summary: `${plan.version}, ${changed} of ${plan.units.length} units new or changed`,
  });
  return { plan, why: whyDevelopment(source) };
}

export async function planCommand(context: CommandContext): Promise<Outcome> {
  const { plan, why } = await planStage(context);
  const { host } = context;
  return {
    document: plan,
    lines: [
      `Version ${plan.version} for ${host.name}`,
      ...why.map((reason) => `  a development version: ${reason}`),
      plan.comparedWith === null
        ? '  compared with nothing: no stable release before it is promoted there'
        : `  compared with ${plan.comparedWith}; the change asks for: ${plan.requiredBump}`,
      ...plan.units.flatMap(({ kind, name, verdict, reasons }) => [
        `${verdict.padEnd(10)}  ${kind} ${name}`,
        ...reasons.map((reason) => `            ${reason}`),
      ]),
      ...plan.removed.map(({ kind, name }) => `removed     ${kind} ${name}`),
    ],
  };
}

/** A host that is not made yet has no bucket, so nothing was released there. */
function unlessUnmade(reader: Reader): Pick<Reader, 'name' | 'read'> {
  return {
    name: reader.name,
    async read(region, key, signal) {
      try {
        return await reader.read(region, key, signal);
      } catch (cause) {
        if (!(cause instanceof ReleaseError) || cause.code !== 'bucket-missing') throw cause;
        return undefined;
      }
    },
  };
}
