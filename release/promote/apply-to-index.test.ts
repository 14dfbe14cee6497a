import { parseIndex, type ReleaseIndex, serialiseUnsignedIndex } from '@bitclouded/documents';
import fc from 'fast-check';
import { ReleaseError } from '../release-error.ts';
import { applyToIndex, type IndexOperation } from './apply-to-index.ts';
import { channelsOf } from './channels-of.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const hash = (digit: string): string => digit.repeat(64);
const promotion = (version: string, manifestSha256 = hash('a')): IndexOperation => ({
  type: 'promote',
  version,
  manifestSha256,
  attestations: [],
});
const apply = (index: ReleaseIndex | undefined, operation: IndexOperation, now = NOW) =>
  applyToIndex(index, operation, 'local', now);
const after = (...operations: IndexOperation[]): ReleaseIndex =>
  operations.reduce<ReleaseIndex | undefined>((index, operation) => apply(index, operation), undefined)!;

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ReleaseError) return error.code;
    throw error;
  }
  return 'nothing';
}

it('begins an index with serial 1, valid for 90 days', () => {
  expect(after(promotion('1.0.0'))).toEqual({
    schema: 'bitclouded.index/1',
    host: 'local',
    serial: 1,
    issued: '2026-03-01T12:00:00.000Z',
    expires: '2026-05-30T12:00:00.000Z',
    releases: [{ version: '1.0.0', manifestSha256: hash('a'), attestations: [] }],
    channels: { latest: '1.0.0', v1: '1.0.0', 'v1.0': '1.0.0' },
    pins: {},
  });
});

it('keeps releases ascending by version, not by the order of promotion', () => {
  const index = after(promotion('1.10.0'), promotion('1.9.0'), promotion('1.10.0-rc.1'));
  expect(index.releases.map((release) => release.version)).toEqual(['1.9.0', '1.10.0-rc.1', '1.10.0']);
  expect(index.serial).toBe(3);
});

it('changes nothing when the same release is promoted again', () => {
  const index = after(promotion('1.0.0'));
  expect(apply(index, promotion('1.0.0'))).toBe(index);
});

it('renews an index that is about to expire when a release is promoted again', () => {
  const index = after(promotion('1.0.0'));
  const renewed = apply(index, promotion('1.0.0'), new Date('2026-05-20T00:00:00.000Z'))!;
  expect(renewed).toMatchObject({ serial: 2, expires: '2026-08-18T00:00:00.000Z', releases: index.releases });
});

it('refuses the same version with another manifest', () => {
  expect(codeOf(() => apply(after(promotion('1.0.0')), promotion('1.0.0', hash('b'))))).toBe('release-differs');
});

it('takes a yanked release out of the channels and keeps it in the index, with the reason', () => {
  const index = after(promotion('1.0.0'), promotion('1.1.0'), { type: 'yank', version: '1.1.0', reason: 'leaks' });
  expect(index.channels.latest).toBe('1.0.0');
  expect(index.releases[1]).toMatchObject({ version: '1.1.0', yanked: 'leaks' });
  expect(apply(index, { type: 'yank', version: '1.1.0', reason: 'leaks' })).toBe(index);
  expect(codeOf(() => apply(index, promotion('1.1.0')))).toBe('release-yanked');
  expect(codeOf(() => apply(index, { type: 'pin', channel: 'v1', version: '1.1.0', reason: 'x' }))).toBe(
    'release-yanked',
  );
});

it('rolls a channel back by a pin, and forward again without it', () => {
  const pin: IndexOperation = { type: 'pin', channel: 'latest', version: '1.0.0', reason: '1.1.0 is slow' };
  const pinned = after(promotion('1.0.0'), promotion('1.1.0'), pin);
  expect(pinned.channels).toEqual({ latest: '1.0.0', v1: '1.1.0', 'v1.0': '1.0.0', 'v1.1': '1.1.0' });
  expect(pinned.pins).toEqual({ latest: { version: '1.0.0', reason: '1.1.0 is slow' } });
  expect(apply(pinned, pin)).toBe(pinned);
  expect(codeOf(() => apply(pinned, { type: 'yank', version: '1.0.0', reason: 'x' }))).toBe('release-pinned');
  expect(apply(pinned, { type: 'unpin', channel: 'latest' })!.channels.latest).toBe('1.1.0');
  expect(apply(pinned, { type: 'unpin', channel: 'v1' })).toBe(pinned);
});

it.each<[string, IndexOperation]>([
  ['release-unknown', { type: 'yank', version: '9.9.9', reason: 'x' }],
  ['release-unknown', { type: 'pin', channel: 'latest', version: '9.9.9', reason: 'x' }],
  ['channel-invalid', { type: 'pin', channel: 'newest', version: '1.0.0', reason: 'x' }],
  ['channel-invalid', { type: 'unpin', channel: '1.0' }],
  ['channel-mismatch', { type: 'pin', channel: 'v2', version: '1.0.0', reason: 'x' }],
  ['channel-mismatch', { type: 'pin', channel: 'latest', version: '1.1.0-rc.1', reason: 'x' }],
])('refuses with %s: %j', (code, operation) => {
  expect(codeOf(() => apply(after(promotion('1.0.0'), promotion('1.1.0-rc.1')), operation))).toBe(code);
});

it('unpins nothing on a host without an index', () => {
  expect(apply(undefined, { type: 'unpin', channel: 'latest' })).toBeUndefined();
});

const version = fc.constantFrom('1.0.0', '1.0.1', '1.1.0', '2.0.0', '2.0.0-rc.1');
const channel = fc.constantFrom('latest', 'v1', 'v1.0', 'v2');
const operations = fc.array(
  fc.oneof(
    fc.tuple(version, fc.constantFrom('a', 'b')).map(([name, digit]) => promotion(name, hash(digit))),
    fc.record({ type: fc.constant('yank' as const), version, reason: fc.constantFrom('slow', 'broken') }),
    fc.record({ type: fc.constant('pin' as const), channel, version, reason: fc.constant('held') }),
    fc.record({ type: fc.constant('unpin' as const), channel }),
  ),
  { maxLength: 25 },
);

/** Applies an operation, and leaves the index as it is where that is refused. */
function attempt(index: ReleaseIndex | undefined, operation: IndexOperation): ReleaseIndex | undefined {
  try {
    return apply(index, operation);
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    return index;
  }
}

it('makes a valid index of any operations, whose serial counts the changes', () => {
  fc.assert(
    fc.property(operations, (list) => {
      let index: ReleaseIndex | undefined;
      let changes = 0;
      for (const operation of list) {
        const next = attempt(index, operation);
        if (next !== index) changes++;
        index = next;
        expect(index?.serial ?? 0).toBe(changes);
        if (index === undefined) continue;
        expect(parseIndex(serialiseUnsignedIndex(index), 'index.json').index).toEqual(index);
        expect(index.channels).toEqual(channelsOf(index));
        const taken = index.releases
          .filter((release) => release.yanked === undefined)
          .map((release) => release.version);
        expect(taken).toEqual(expect.arrayContaining(Object.values(index.channels)));
      }
    }),
  );
});

it('never changes or forgets the manifest of a release', () => {
  fc.assert(
    fc.property(operations, (list) => {
      let index: ReleaseIndex | undefined;
      const first = new Map<string, string>();
      for (const operation of list) {
        index = attempt(index, operation);
        for (const { version: name, manifestSha256 } of index?.releases ?? [])
          if (!first.has(name)) first.set(name, manifestSha256);
        expect(new Map(index?.releases.map((release) => [release.version, release.manifestSha256]))).toEqual(first);
      }
    }),
  );
});
