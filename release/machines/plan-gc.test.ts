import fc from 'fast-check';
import { type HostedMachine, isSupported, planGc, YOUNG_DAYS } from './plan-gc.ts';

const NOW = new Date('2026-11-23T00:00:00Z');
const before = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);
const machine = (some: Partial<HostedMachine> = {}): HostedMachine => ({
  region: 'eu-west-1',
  ami: 'ami-1',
  name: 'acme/box',
  created: before(500),
  deprecated: undefined,
  isDisabled: false,
  ...some,
});
const fate = (some: Partial<HostedMachine>, named: string[] = [], locked: string[] = []) => {
  const [retired] = planGc([machine(some)], new Set(named), new Set(locked), NOW);
  return retired!.action === 'keep' ? `keep: ${retired!.why}` : retired!.action;
};

test('an old image that nobody names is deprecated, then waited for, then disabled, then left', () => {
  expect(fate({})).toBe('deprecate');
  expect(fate({ deprecated: before(1) })).toBe('keep: waiting');
  expect(fate({ deprecated: before(91) })).toBe('disable');
  expect(fate({ deprecated: before(500), isDisabled: true })).toBe('keep: disabled');
});

test('keeps what a supported release or a lock names, and what may be on its way into one', () => {
  expect(fate({}, ['ami-1'])).toBe('keep: supported');
  expect(fate({}, [], ['ami-1'])).toBe('keep: locked');
  expect(fate({ created: before(YOUNG_DAYS - 1) })).toBe('keep: young');
});

test('a release is supported for twelve months', () => {
  expect([isSupported(before(365), NOW), isSupported(before(367), NOW)]).toEqual([true, false]);
});

test('whatever its age and state, what a supported release names is not touched', () => {
  const days = fc.integer({ min: 0, max: 5000 });
  const some = fc.record({ created: days, deprecated: fc.option(days, { nil: undefined }), isDisabled: fc.boolean() });
  fc.assert(
    fc.property(some, ({ created, deprecated, isDisabled }) => {
      const there = {
        created: before(created),
        deprecated: deprecated === undefined ? undefined : before(deprecated),
        isDisabled,
      };
      expect(fate(there, ['ami-1'])).toBe('keep: supported');
    }),
  );
});
