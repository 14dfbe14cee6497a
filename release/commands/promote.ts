import { join } from 'node:path';
import type { Verification } from '@bitclouded/documents';
import { readBundle } from '../pack/read-bundle.ts';
import type { IndexOperation } from '../promote/apply-to-index.ts';
import { type Operated, operate } from '../promote/operate.ts';
import { promote } from '../promote/promote.ts';
import { type Reconciled, reconcile } from '../promote/reconcile.ts';
import { ReleaseError } from '../release-error.ts';
import { readStageDocument } from '../stage-documents.ts';
import { cdnStage } from './cdn.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';
import { rememberIndex } from './remember-index.ts';

interface Wanted {
  readonly version: string;
  readonly manifestSha256: string;
}

/** What a command on the index came to, and what the CDN had to say. */
type Shown<T> = T & { readonly notices: readonly string[] };

/** Makes a verified release visible. */
export async function promoteStage(
  context: CommandContext,
  wanted: Wanted,
  report: Verification | undefined,
): Promise<Shown<Operated>> {
  const { host, now, signal, emit } = context;
  const destination = context.destination();
  emit({ type: 'stage-started', stage: 'promote', subject: wanted.version });
  const operated = await promote({ host, destination, ...wanted, report }, now, signal, emit);
  emit({ type: 'stage-finished', stage: 'promote', summary: summaryOf(operated) });
  return shown(context, operated);
}

/** The last step of each command on the index: it stands, so it is remembered, and the CDN may show it. */
async function shown<T extends Reconciled>(context: CommandContext, reconciled: T): Promise<Shown<T>> {
  await rememberIndex(context, reconciled);
  const { notices } = await cdnStage(context, reconciled);
  return { ...reconciled, notices };
}

export async function promoteCommand(
  context: CommandContext,
  version: string | undefined,
  options: { readonly expectManifest?: string | undefined },
): Promise<Outcome> {
  const report = await readStageDocument(context.stageFolder, 'verification');
  const wanted = await wantedOf(context, version, report);
  if (options.expectManifest !== undefined && options.expectManifest !== wanted.manifestSha256)
    throw new ReleaseError({
      code: 'bundle-unexpected',
      where: '--expect-manifest',
      received: `manifest ${wanted.manifestSha256} of ${wanted.version}`,
      expected: `manifest ${options.expectManifest}`,
      remedy: 'promote the release that was approved, and no other',
    });
  const operated = await promoteStage(context, wanted, report);
  return outcomeOf(operated, `${wanted.version} is promoted on ${context.host.name}`, wanted);
}

/** The version by name, with the manifest that was verified; without a name, the bundle's. */
async function wantedOf(
  context: CommandContext,
  version: string | undefined,
  report: Verification | undefined,
): Promise<Wanted> {
  if (version === undefined) {
    const bundle = await readBundle(join(context.stageFolder, 'bundle'));
    return { version: bundle.version, manifestSha256: bundle.manifestSha256 };
  }
  const verified = report?.releases.find((release) => release.version === version);
  if (verified !== undefined) return verified;
  throw new ReleaseError({
    code: report === undefined ? 'verification-missing' : 'verification-of-other',
    where: 'verification.json',
    received:
      report === undefined
        ? 'no report'
        : `a report on ${report.releases.map((release) => release.version).join(', ') || 'no release'}`,
    expected: `a report on ${version}`,
    remedy: `npm run release -- verify ${version} --host ${context.host.name}`,
  });
}

export async function operateCommand(
  context: CommandContext,
  operation: IndexOperation,
  done: string,
): Promise<Outcome> {
  const { host, now, signal, emit } = context;
  const destination = context.destination();
  emit({ type: 'stage-started', stage: 'promote', subject: operation.type });
  const operated = await operate(host, destination, operation, now, signal, emit);
  emit({ type: 'stage-finished', stage: 'promote', summary: summaryOf(operated) });
  return outcomeOf(await shown(context, operated), done, {});
}

export async function reconcileCommand(context: CommandContext): Promise<Outcome> {
  const { host, signal, emit } = context;
  const destination = context.destination();
  emit({ type: 'stage-started', stage: 'reconcile', subject: host.name });
  const reconciled = { indexChanged: false, ...(await reconcile(host, destination, signal, emit)) };
  emit({ type: 'stage-finished', stage: 'reconcile', summary: summaryOf(reconciled) });
  return outcomeOf(await shown(context, reconciled), `The aliases of ${host.name} follow its index`, {});
}

function summaryOf({ serial, indexChanged, written }: Operated): string {
  const index = indexChanged ? `index ${serial} written` : `index ${serial} stands`;
  return `${index}, ${written === 0 ? 'aliases stand' : counted(written, 'copied object')}`;
}

function outcomeOf(operated: Shown<Operated>, done: string, more: object): Outcome {
  const { serial, indexChanged, channels, written, notices } = operated;
  const nothing = !indexChanged && written === 0 ? ' (nothing to do)' : '';
  return {
    document: { ...more, serial, indexChanged, channels, written, notices },
    lines: [
      `${done}${nothing}`,
      ...Object.entries(channels).map(([channel, version]) => `  ${channel.padEnd(8)} ${version}`),
      ...notices.map((notice) => `  notice: ${notice}`),
    ],
  };
}
