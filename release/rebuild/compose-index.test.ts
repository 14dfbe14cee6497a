import { type Alias, type ReleaseIndex, serialiseUnsignedIndex, sha256Of } from '@bitclouded/documents';
import fc from 'fast-check';
import { applyToIndex, type IndexOperation } from '../promote/apply-to-index.ts';
import { openIndex } from '../promote/read-index.ts';
import { ReleaseError } from '../release-error.ts';
import { testHost } from '../testing/write-bundle.ts';
import { composeIndex } from './compose-index.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const host = testHost();

const whole = (...versions: string[]) => versions.map((version) => ({ version, manifestSha256: sha256Of(version) }));
const promotion = (version: string): IndexOperation => ({
  type: 'promote',
  version,
  manifestSha256: sha256Of(version),
  attestations: [],
});

/** A host's index and aliases after operations, as promote and reconcile leave them. */
function after(...operations: IndexOperation[]): { index: ReleaseIndex; aliases: Alias[] } {
  let index: ReleaseIndex | undefined;
  const aliases = new Map<string, Alias>();
  for (const operation of operations) {
    try {
      index = applyToIndex(index, operation, host.name, NOW);
    } catch (error) {
      // An operation that does not fit what came before it changes nothing.
      if (!(error instanceof ReleaseError)) throw error;
    }
    for (const [channel, version] of Object.entries(index?.channels ?? {}))
      if (aliases.get(channel)?.version !== version)
        aliases.set(channel, {
          schema: 'bitclouded.alias/1',
          channel,
          version,
          manifestSha256: sha256Of(version),
          serial: index!.serial,
        });
  }
  return { index: index!, aliases: [...aliases.values()] };
}

function lost({ index, aliases }: { index: ReleaseIndex | undefined; aliases: Alias[] }, old?: ReleaseIndex) {
  return { index: old, aliases, aliasesUnreadable: [], serialSeen: index?.serial ?? 0 };
}

const VERSIONS = ['1.0.0', '1.0.1', '1.1.0', '1.1.1', '1.2.0-rc.1', '2.0.0', '2.0.1'];
const CHANNELS = ['latest', 'v1', 'v1.0', 'v1.1', 'v2', 'v2.0'];
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...VERSIONS).map(promotion) },
  fc.constantFrom(...VERSIONS).map((version): IndexOperation => ({ type: 'yank', version, reason: 'broken' })),
  fc
    .tuple(fc.constantFrom(...CHANNELS), fc.constantFrom(...VERSIONS))
    .map(([channel, version]): IndexOperation => ({ type: 'pin', channel, version, reason: 'held' })),
  fc.constantFrom(...CHANNELS).map((channel): IndexOperation => ({ type: 'unpin', channel })),
);

describe('after any history, and whatever lies on the host besides', () => {
  const history = fc.array(operation, { minLength: 1, maxLength: 12 });

  it('the rebuilt index is sound, has a greater serial, and each channel points where its alias points', () =>
    fc.assert(
      fc.property(history, (operations) => {
        const before = after(promotion('1.0.0'), ...operations);
        const { index } = composeIndex(whole(...VERSIONS), lost(before), host.name, NOW);
        const tag = 'tag';
        expect(openIndex(host, 'a host', { bytes: serialiseUnsignedIndex(index), tag }).index).toEqual(index);
        expect(index.serial).toBeGreaterThan(before.index.serial);
        expect(index.channels).toEqual(
          Object.fromEntries(before.aliases.map(({ channel, version }) => [channel, version])),
        );
      }),
    ));

  it('an older index that stands there keeps what it knows: no yanked release comes back', () =>
    fc.assert(
      fc.property(history, history, (earlier, later) => {
        const old = after(promotion('1.0.0'), ...earlier).index;
        const before = after(promotion('1.0.0'), ...earlier, ...later);
        const { index } = composeIndex(whole(...VERSIONS), lost(before, old), host.name, NOW);
        openIndex(host, 'a host', { bytes: serialiseUnsignedIndex(index), tag: 'tag' });
        for (const { version, yanked } of old.releases)
          expect(index.releases.find((release) => release.version === version)?.yanked).toBe(yanked);
      }),
    ));
});

it('leaves out a release that was published and never promoted', () => {
  const before = after(promotion('1.0.0'), promotion('1.1.0'));
  const { index, leftOut } = composeIndex(whole('1.0.0', '1.1.0', '1.2.0'), lost(before), host.name, NOW);
  expect(index.releases.map(({ version }) => version)).toEqual(['1.0.0', '1.1.0']);
  expect(leftOut).toEqual([{ version: '1.2.0', because: expect.stringContaining('ever promoted') }]);
});

it('holds a channel that stood behind its greatest release, and says that nobody knows why', () => {
  const before = after(promotion('1.0.0'), promotion('1.1.0'), {
    type: 'pin',
    channel: 'latest',
    version: '1.0.0',
    reason: 'slow',
  });
  const { index, unknown } = composeIndex(whole('1.0.0', '1.1.0'), lost(before), host.name, NOW);
  expect(index.channels).toEqual({ latest: '1.0.0', v1: '1.1.0', 'v1.0': '1.0.0', 'v1.1': '1.1.0' });
  expect(Object.keys(index.pins)).toEqual(['latest']);
  expect(unknown.join('\n')).toContain('latest stays at 1.0.0');
});

it('keeps yanks and pins of an older index with their reasons, and drops a pin that an alias left since', () => {
  const earlier: IndexOperation[] = [
    promotion('1.0.0'),
    promotion('1.1.0'),
    promotion('2.0.0'),
    { type: 'yank', version: '2.0.0', reason: 'loses data' },
    { type: 'pin', channel: 'v1', version: '1.0.0', reason: 'slow' },
    { type: 'pin', channel: 'latest', version: '1.0.0', reason: 'slow too' },
  ];
  const before = after(...earlier, { type: 'unpin', channel: 'latest' });
  const { index, unknown } = composeIndex(
    whole('1.0.0', '1.1.0', '2.0.0'),
    lost(before, after(...earlier).index),
    host.name,
    NOW,
  );
  expect(index.releases.at(-1)).toMatchObject({ version: '2.0.0', yanked: 'loses data' });
  expect(index.pins).toEqual({ v1: { version: '1.0.0', reason: 'slow' } });
  expect(index.channels.latest).toBe('1.1.0');
  expect(unknown).toContainEqual(expect.stringContaining('latest was pinned to 1.0.0 (slow too)'));
});

it('refuses a release whose manifest is not the one that the old index or an alias names', () => {
  const before = after(promotion('1.0.0'), promotion('1.1.0'));
  const forged = [whole('1.0.0')[0]!, { version: '1.1.0', manifestSha256: 'f'.repeat(64) }];
  for (const old of [undefined, before.index]) {
    const { index, leftOut, unknown } = composeIndex(forged, lost(before, old), host.name, NOW);
    expect(index.channels.latest).toBe('1.0.0');
    expect(leftOut).toMatchObject([{ version: '1.1.0' }]);
    if (old === undefined) expect(unknown).toContainEqual(expect.stringContaining('latest followed 1.1.0'));
  }
});

it('without alias and index takes every release, and says that it cannot know which were promoted', () => {
  const evidence = { index: undefined, aliases: [], aliasesUnreadable: ['latest'], serialSeen: 7 };
  const { index, unknown } = composeIndex(whole('1.0.0', '1.1.0-rc.1'), evidence, host.name, NOW);
  expect(index).toMatchObject({ serial: 8, channels: { latest: '1.0.0', v1: '1.0.0', 'v1.0': '1.0.0' } });
  expect(unknown).toContainEqual(expect.stringContaining('published alone: 1.0.0, 1.1.0-rc.1'));
  expect(unknown).toContainEqual(expect.stringContaining('where latest pointed'));
});
