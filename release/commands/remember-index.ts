import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeStageDocument } from '../stage-documents.ts';
import type { CommandContext } from './command.ts';

/** Notes the newest index that this machine has seen, so that an older one is found out later. */
export async function rememberIndex(
  context: CommandContext,
  { serial, indexSha256 }: { readonly serial: number; readonly indexSha256: string | undefined },
): Promise<void> {
  if (context.dryRun || indexSha256 === undefined) return;
  const { host, stageFolder } = context;
  await writeStageDocument(stageFolder, 'seen', { schema: 'bitclouded.seen/1', host: host.name, serial, indexSha256 });
}

/** Forgets what was seen of a host that has been emptied: its next index begins with serial 1 again. */
export async function forgetIndex({ dryRun, stageFolder }: CommandContext): Promise<void> {
  if (!dryRun) await rm(join(stageFolder, 'seen.json'), { force: true });
}
