import { join } from 'node:path';
import type { Plan } from '@bitclouded/documents';
import { type Packed, pack } from '../pack/pack.ts';
import { readDist } from '../read-dist.ts';
import { readLocks } from '../read-locks.ts';
import { ReleaseError } from '../release-error.ts';
import { readStageDocument } from '../stage-documents.ts';
import type { CommandContext, Outcome } from './command.ts';

/** Makes the bundle of a plan. */
export async function packStage(context: CommandContext, plan: Plan): Promise<Packed> {
  const { workspace, host, emit } = context;
  emit({ type: 'stage-started', stage: 'pack', subject: plan.version });
  const dist = await readDist(join(workspace, 'dist'));
  const locks = await readLocks(join(workspace, 'packages/images'), dist);
  const packed = await pack({ dist, plan, host, locks, outFolder: await context.packFolder() });
  const summary = packed.written
    ? `${packed.fileCount} files`
    : `nothing to do: its ${packed.fileCount} files stand there`;
  emit({ type: 'stage-finished', stage: 'pack', summary });
  return packed;
}

export async function packCommand(context: CommandContext): Promise<Outcome> {
  const plan = await readStageDocument(context.stageFolder, 'plan');
  if (plan === undefined)
    throw new ReleaseError({
      code: 'plan-missing',
      where: join(context.stageFolder, 'plan.json'),
      received: 'no plan',
      expected: 'the plan that is packed',
      remedy: `npm run release -- plan --host ${context.host.name}`,
    });
  const { folder, manifest, manifestSha256, fileCount, written } = await packStage(context, plan);
  const { version } = manifest;
  return {
    document: { version, manifestSha256, folder, fileCount, written },
    lines: [
      context.dryRun
        ? `Would pack ${version}: ${fileCount} files`
        : `Packed ${version}: ${fileCount} files in ${folder}`,
      `manifest ${manifestSha256}`,
    ],
  };
}
