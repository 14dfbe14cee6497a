import type { ReleaseIndex } from '@bitclouded/documents';
import { expiresSoon } from '../promote/apply-to-index.ts';
import { readIndex } from '../promote/read-index.ts';
import { type Reconciled, reconcile } from '../promote/reconcile.ts';
import { type Rebuilt, rebuildIndex } from '../rebuild/rebuild-index.ts';
import { ReleaseError } from '../release-error.ts';
import { readStageDocument } from '../stage-documents.ts';
import { cdnStage } from './cdn.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';
import { rememberIndex } from './remember-index.ts';

const DAY_MS = 86_400_000;

/**
 * Makes a lost or broken index anew from what stands on the host; the aliases follow.
 * @param serial the highest serial that was seen elsewhere, as it was typed
 */
export async function rebuildIndexCommand(context: CommandContext, serial: string | undefined): Promise<Outcome> {
  const { host, now, signal, emit, stageFolder } = context;
  const destination = context.destination();
  const seen = await readStageDocument(stageFolder, 'seen');
  const serialSeen = serial === undefined ? undefined : serialIn(serial);
  emit({ type: 'stage-started', stage: 'rebuild', subject: host.name });
  const rebuilt = await rebuildIndex({ host, destination, seen, serialSeen }, now, signal, emit);
  const { releases } = rebuilt.index;
  const summary = `index ${rebuilt.index.serial} written: ${counted(releases.length, 'release')}`;
  emit({ type: 'stage-finished', stage: 'rebuild', summary });
  emit({ type: 'stage-started', stage: 'reconcile', subject: host.name });
  const reconciled = await reconcile(host, destination, signal, emit);
  emit({ type: 'stage-finished', stage: 'reconcile', summary: counted(reconciled.written, 'copied object') });
  await rememberIndex(context, reconciled);
  const { notices } = await cdnStage(context, reconciled);
  return outcomeOf(host.name, rebuilt, reconciled, notices);
}

/** Shows an index as strangers read it, and how long it is valid. */
export async function showIndexCommand({ host, now, signal, reader }: CommandContext): Promise<Outcome> {
  const stored = await readIndex(host, reader(), signal);
  if (stored === undefined) return { document: null, lines: [`${host.name} has no index: nothing was promoted on it`] };
  const { index, signatures } = stored;
  const daysLeft = Math.floor((Date.parse(index.expires) - now().getTime()) / DAY_MS);
  return {
    document: { ...index, signatures, daysLeft, renewalDue: expiresSoon(index, now()) },
    lines: [
      `Index ${index.serial} of ${host.name}, ${signatures === 0 ? 'unsigned' : counted(signatures, 'signature')}`,
      daysLeft < 0 ? `  expired on ${index.expires.slice(0, 10)}` : `  valid for ${counted(daysLeft, 'more day')}`,
      ...releaseLines(index.releases),
      ...channelLines(index.channels),
      ...Object.entries(index.pins).map(([channel, { reason }]) => `  ${channel} is pinned: ${reason}`),
    ],
  };
}

function serialIn(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new ReleaseError({
    code: 'serial-invalid',
    where: '--seen',
    received: text,
    expected: 'the serial of an index, such as 57',
    remedy: 'take it from seen.json of another machine, or from a copy of the index',
  });
}

function outcomeOf(
  host: string,
  rebuilt: Rebuilt,
  { channels, written }: Reconciled,
  notices: readonly string[],
): Outcome {
  const { index, why, leftOut, unknown } = rebuilt;
  return {
    document: {
      serial: index.serial,
      why,
      releases: index.releases,
      channels,
      pins: index.pins,
      leftOut,
      unknown,
      written,
      notices,
    },
    lines: [
      `The index of ${host} is made anew, with serial ${index.serial} (${why})`,
      ...releaseLines(index.releases),
      ...channelLines(channels),
      ...listOf(
        'Left out:',
        leftOut.map(({ version, because }) => `${version}: ${because}`),
      ),
      ...listOf('Not known any more:', unknown),
      ...notices.map((notice) => `Notice: ${notice}`),
    ],
  };
}

function releaseLines(releases: ReleaseIndex['releases']): readonly string[] {
  return releases.map(({ version, yanked }) => `  ${version}${yanked === undefined ? '' : ` (yanked: ${yanked})`}`);
}

function channelLines(channels: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(channels).map(([channel, version]) => `  ${channel.padEnd(8)} ${version}`);
}

function listOf(title: string, entries: readonly string[]): readonly string[] {
  return entries.length === 0 ? [] : [title, ...entries.map((entry) => `  ${entry}`)];
}
