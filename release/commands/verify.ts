import { join } from 'node:path';
import { keyOf } from '@bitclouded/documents';
import { faultsOfImages } from '../images/hosted-images.ts';
import { forReaders } from '../images/registry-credentials.ts';
import { readBundle } from '../pack/read-bundle.ts';
import { isHostFailure, ReleaseError } from '../release-error.ts';
import { readStageDocument, writeStageDocument } from '../stage-documents.ts';
import { type Verified, type VerifyRequest, verify } from '../verify/verify.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';
import { forgetIndex, rememberIndex } from './remember-index.ts';

type Scope = Pick<VerifyRequest, 'version' | 'packed'>;

/** Reads the host back, and leaves `verification.json`. */
export async function verifyStage(context: CommandContext, scope: Scope): Promise<Verified> {
  const { host, stageFolder, now, signal, emit } = context;
  const reader = context.reader();
  emit({ type: 'stage-started', stage: 'verify', subject: scope.version ?? host.name });
  const seen = await readStageDocument(stageFolder, 'seen');
  const images: VerifyRequest['images'] =
    host.kind === 'aws' ? (manifest) => faultsOfImages(manifest, host, forReaders(), signal) : undefined;
  const verified = await verify({ host, reader, seen, images, ...scope }, now(), signal, emit);
  const { report, index } = verified;
  if (!context.dryRun) await writeStageDocument(stageFolder, 'verification', report);
  if (report.faults.length === 0) {
    if (index === undefined) await forgetIndex(context);
    else await rememberIndex(context, { serial: index.index.serial, indexSha256: index.sha256 });
  }
  const summary = `${counted(report.objectsRead, 'object')} read, ${counted(report.faults.length, 'fault')}`;
  emit({ type: 'stage-finished', stage: 'verify', summary });
  return verified;
}

export async function verifyCommand(context: CommandContext, version: string | undefined): Promise<Outcome> {
  const packed = version === undefined ? await packedAndPublished(context) : undefined;
  const { report } = await verifyStage(context, { version, packed });
  return { document: report, lines: linesOf(report), faulty: report.faults.length > 0 };
}

/** What people read of a report. */
export function linesOf(report: Verified['report']): readonly string[] {
  const { faults, notices, releases, objectsRead, bytesRead } = report;
  return [
    ...faults.flatMap(({ code, where, received, expected, remedy }) => [
      `${where}: ${code}`,
      `  received  ${received}`,
      `  expected  ${expected}`,
      `  remedy    ${remedy}`,
    ]),
    ...notices.map((notice) => `Notice: ${notice}`),
    `${counted(faults.length, 'fault')} in ${counted(releases.length, 'release')}: ${counted(objectsRead, 'object')}, ${bytesRead} bytes read`,
  ];
}

/** The release that stands in the bundle folder, where it is on the host: promotion will ask about it. */
async function packedAndPublished(context: CommandContext): Promise<Scope['packed']> {
  const reader = context.reader();
  const bundle = await bundleIfAny(join(context.stageFolder, 'bundle'));
  if (bundle === undefined) return undefined;
  const { version, manifestSha256 } = bundle;
  try {
    const receipt = await reader.digest(context.host.homeRegion, keyOf.manifest(version), context.signal);
    return receipt?.sha256 === manifestSha256 ? { version, manifestSha256 } : undefined;
  } catch (cause) {
    // A link in its place: verification will say so.
    if (!(cause instanceof ReleaseError) || isHostFailure(cause)) throw cause;
    return undefined;
  }
}

async function bundleIfAny(folder: string): Promise<{ version: string; manifestSha256: string } | undefined> {
  try {
    return await readBundle(folder);
  } catch (cause) {
    if (!(cause instanceof ReleaseError) || cause.code !== 'bundle-missing') throw cause;
    return undefined;
  }
}
