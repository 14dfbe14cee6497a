import { invalidationOf } from './invalidation.ts';

const state = (serial: number, channels: Record<string, string>, indexSha256 = 'a'.repeat(64)) => ({
  serial,
  indexSha256,
  channels,
});

it('names the index and each channel, with one wildcard a channel', () => {
  const { callerReference, paths } = invalidationOf('production', state(7, { v1: '1.0.0', latest: '1.0.0' }));
  expect(paths).toEqual(['/index.json', '/latest/*', '/v1/*']);
  expect(callerReference).toMatch(/^production-7-[0-9a-f]{16}$/);
});

it('has the same reference for the same index, and another one for anything else', () => {
  const channels = { latest: '1.0.0' };
  const reference = (...args: Parameters<typeof invalidationOf>) => invalidationOf(...args).callerReference;
  const one = reference('production', state(7, channels));
  expect(reference('production', state(7, { ...channels }))).toBe(one);
  const others = [
    reference('production', state(8, channels)),
    reference('production', state(7, channels, 'b'.repeat(64))),
    reference('production', state(7, { ...channels, v1: '1.0.0' })),
    reference('other', state(7, channels)),
  ];
  expect(new Set([one, ...others]).size).toBe(5);
});

it('keeps below what a distribution works on at once, however many channels there are', () => {
  const channels = Object.fromEntries(Array.from({ length: 40 }, (_, minor) => [`v1.${minor}`, `1.${minor}.0`]));
  const { paths } = invalidationOf('production', state(40, { ...channels, latest: '1.39.0' }));
  expect(paths).toEqual(['/index.json', '/latest/*', '/v*']);
});
