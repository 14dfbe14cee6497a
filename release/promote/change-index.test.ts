import { parseIndex, type ReleaseIndex } from '@bitclouded/documents';
import fc from 'fast-check';
import type { Destination } from '../destinations/destination.ts';
import { openFolder } from '../destinations/folder.ts';
import { ReleaseError } from '../release-error.ts';
import { failureOf } from '../testing/in-folder.ts';
import { recording } from '../testing/recording.ts';
import { go, ignore, NOW, withHost } from '../testing/released.ts';
import { applyToIndex, type IndexOperation } from './apply-to-index.ts';
import { changeIndex } from './change-index.ts';
import { readIndex } from './read-index.ts';

const promotion = (version: string): IndexOperation => ({
  type: 'promote',
  version,
  manifestSha256: 'a'.repeat(64),
  attestations: [],
});

it('reads again and applies again when somebody else was first', () =>
  withHost(async ({ host, destination }) => {
    let first = true;
    const late = recording(destination, async (write) => {
      if (!write.startsWith('swap') || !first) return;
      first = false;
      await changeIndex(host, destination, promotion('1.0.0'), () => NOW, go, ignore);
    });
    const { index } = await changeIndex(host, late, promotion('2.0.0'), () => NOW, go, ignore);
    expect(index).toMatchObject({ serial: 2, channels: { v1: '1.0.0', v2: '2.0.0' } });
    expect(late.writes).toHaveLength(2);
  }));

it('takes a write whose answer was lost for done', () =>
  withHost(async ({ host, destination }) => {
    const forgetful: Destination = {
      ...destination,
      swap: async (...request) => {
        await destination.swap(...request);
        return 'moved';
      },
    };
    await changeIndex(host, forgetful, promotion('1.0.0'), () => NOW, go, ignore);
    expect((await readIndex(host, destination, go))?.index).toMatchObject({ serial: 1, channels: { latest: '1.0.0' } });
  }));

it('gives up on a host that never lets it through', () =>
  withHost(async ({ host, destination }) => {
    const stubborn: Destination = { ...destination, swap: async () => 'moved' };
    const error = await failureOf(changeIndex(host, stubborn, promotion('1.0.0'), () => NOW, go, ignore));
    expect(error.code).toBe('index-moved');
  }));

const operations: IndexOperation[] = [
  promotion('1.0.0'),
  promotion('1.1.0'),
  promotion('2.0.0-rc.1'),
  promotion('2.0.0'),
  { type: 'yank', version: '1.1.0', reason: 'broken' },
  { type: 'pin', channel: 'v1', version: '1.0.0', reason: 'held' },
  { type: 'unpin', channel: 'v1' },
];

it('makes one serial history of whatever happens at once', () =>
  fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...operations, ...operations], { minLength: 2 }), (mixed) =>
      withHost(async ({ host, folder }) => {
        const history: { operation: IndexOperation; index: ReleaseIndex }[] = [];
        const run = async (operation: IndexOperation): Promise<void> => {
          const destination = openFolder(folder, host.homeRegion);
          const watching: Destination = {
            ...destination,
            swap: async (region, object, tag, signal) => {
              const result = await destination.swap(region, object, tag, signal);
              if (result === 'swapped')
                history.push({ operation, index: parseIndex(object.bytes, 'index.json').index });
              return result;
            },
          };
          try {
            await changeIndex(host, watching, operation, () => NOW, go, ignore);
          } catch (error) {
            // Refused where it came in the order; it then changed nothing.
            if (!(error instanceof ReleaseError) || error.code === 'index-moved') throw error;
          }
        };
        await Promise.all(mixed.map(run));
        let replayed: ReleaseIndex | undefined;
        for (const { operation, index } of history.sort((a, b) => a.index.serial - b.index.serial)) {
          replayed = applyToIndex(replayed, operation, host.name, NOW);
          expect(index).toEqual(replayed);
        }
        expect((await readIndex(host, openFolder(folder, host.homeRegion), go))?.index).toEqual(replayed);
      }),
    ),
    { numRuns: 25 },
  ));
