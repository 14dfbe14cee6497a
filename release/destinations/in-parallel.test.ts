import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { failureOf } from '../testing/in-folder.ts';
import { CONCURRENCY, inParallel } from './in-parallel.ts';

const go = new AbortController().signal;
const items = Array.from({ length: 1000 }, (_, i) => i);
const failure = (code: ReleaseErrorCode, i: number) =>
  new ReleaseError({ code, where: `item ${i}`, received: '', expected: '', remedy: '' });
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('works on every item, and on no more than it may at once', async () => {
  let now = 0;
  let most = 0;
  const done: number[] = [];
  await inParallel(items, go, async (item) => {
    most = Math.max(most, ++now);
    await pause();
    now--;
    done.push(item);
  });
  expect(done.sort((a, b) => a - b)).toEqual(items);
  expect(most).toBe(CONCURRENCY);
});

it('reports what is wrong with every item together', async () => {
  const error = await failureOf(
    inParallel(items, go, async (item) => {
      if (item % 300 === 0) throw failure('object-differs', item);
    }),
  );
  expect(error.faults.map((fault) => fault.where)).toEqual(['item 0', 'item 300', 'item 600', 'item 900']);
});

it.each([
  ['a host that fails', failure('host-unavailable', 3)],
  ['a host that refuses', failure('access-denied', 3)],
  ['an unforeseen error', new Error('unforeseen')],
])('begins nothing more after %s', async (_, thrown) => {
  let begun = 0;
  const error = await failureOf(
    inParallel(items, go, async (item) => {
      begun++;
      await pause();
      if (item === 3) throw thrown;
    }),
  );
  expect(error).toBe(thrown);
  expect(begun).toBeLessThan(3 * CONCURRENCY);
});

it('waits for what began before it says that it was stopped', async () => {
  const stop = new AbortController();
  let running = 0;
  const work = inParallel(items, stop.signal, async () => {
    running++;
    stop.abort();
    await pause();
    running--;
  });
  expect(await failureOf(work)).toMatchObject({ name: 'AbortError' });
  expect(running).toBe(0);
});
