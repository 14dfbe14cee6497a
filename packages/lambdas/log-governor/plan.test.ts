import * as fc from 'fast-check';
import { type Change, type Filter, type Group, isGoverned, planGroup } from './plan.ts';
import { RETENTION_DAYS, type Settings } from './settings.ts';

const settings: Settings = {
  tagKey: 'governed-by',
  tagValue: 'me',
  retentionDays: 90,
  stream: { arn: 'arn:stream', roleArn: 'arn:role' },
  filterName: 'mine',
};
const quiet: Settings = { ...settings, stream: undefined };
const group: Group = { name: '/app', arn: 'arn:app', retentionDays: 90, logClass: 'STANDARD' };
const mine: Filter = {
  name: 'mine',
  pattern: '',
  destinationArn: 'arn:stream',
  roleArn: 'arn:role',
  distribution: 'ByLogStream',
};
const theirs: Filter = { ...mine, name: 'theirs', destinationArn: 'arn:other' };

function changes(from: {
  group?: Partial<Group>;
  tags?: Record<string, string>;
  filters?: Filter[];
  settings?: Settings;
  own?: string;
}): readonly Change[] {
  const plan = planGroup(
    { ...group, ...from.group },
    from.tags ?? {},
    from.filters ?? [],
    from.settings ?? quiet,
    from.own ?? '/me',
  );
  return plan.changes;
}

describe('a governed group', () => {
  test('is one whose tag has exactly the value', () => {
    expect(isGoverned({ 'governed-by': 'me' }, settings)).toBe(true);
    expect(isGoverned({ 'governed-by': 'Me' }, settings)).toBe(false);
    expect(isGoverned({}, settings)).toBe(false);
    expect(isGoverned({}, { ...settings, tagKey: 'toString', tagValue: '' })).toBe(false);
  });
});

describe('the retention', () => {
  test.each([undefined, 1, 30, 3653])('is set where it is %p', (retentionDays) => {
    expect(changes({ group: { retentionDays } })).toEqual([{ kind: 'set-retention', days: 90 }]);
  });

  test('is left where it is right', () => {
    expect(changes({})).toEqual([]);
  });

  test('is that of the tag where the group has one', () => {
    const tags = { 'bitclouded:retention-days': '7' };
    expect(changes({ tags })).toEqual([{ kind: 'set-retention', days: 7 }]);
    expect(changes({ tags, group: { retentionDays: 7 } })).toEqual([]);
  });

  test.each(['', '8', 'never', '07', '90 '])('is left as it is, with a fault, where the tag says "%s"', (asked) => {
    const plan = planGroup({ ...group, retentionDays: 1 }, { 'bitclouded:retention-days': asked }, [], quiet, '/me');
    expect(plan.changes).toEqual([]);
    expect(plan.faults).toEqual([expect.objectContaining({ code: 'bad-tag', where: '/app' })]);
  });

  test('is left to an account-wide policy, whose days CloudWatch Logs shows in place of the group’s own', () => {
    expect(changes({ group: { retentionDays: 30, accountPolicy: 'org' } })).toEqual([]);
  });

  test('is left alone in the Delivery class, which has its own', () => {
    expect(changes({ group: { retentionDays: 1, logClass: 'DELIVERY' } })).toEqual([]);
  });
});

describe('the subscription', () => {
  const put = { kind: 'put-filter', filter: mine };
  const remove = { kind: 'delete-filter', name: 'mine' };

  test('is made where there is none, beside another one’s', () => {
    expect(changes({ settings })).toEqual([put]);
    expect(changes({ settings, filters: [theirs] })).toEqual([put]);
  });

  test('is left where it is right', () => {
    expect(changes({ settings, filters: [theirs, mine] })).toEqual([]);
  });

  test.each([{ destinationArn: 'arn:old' }, { roleArn: 'arn:old' }, { pattern: 'ERROR' }, { distribution: 'Random' }])(
    'is corrected where it has %p',
    (wrong) => {
      expect(changes({ settings, filters: [{ ...mine, ...wrong }] })).toEqual([put]);
    },
  );

  test('is removed when there is no stream any more, and nobody else’s is', () => {
    expect(changes({ filters: [theirs, mine] })).toEqual([remove]);
    expect(changes({ filters: [theirs] })).toEqual([]);
  });

  test('is never made, and is removed, on this function’s own group and on one tagged "none"', () => {
    const tags = { 'bitclouded:subscription': 'none' };
    expect(changes({ settings, own: '/app' })).toEqual([]);
    expect(changes({ settings, own: '/app', filters: [mine] })).toEqual([remove]);
    expect(changes({ settings, tags })).toEqual([]);
    expect(changes({ settings, tags, filters: [mine] })).toEqual([remove]);
  });

  test.each(['INFREQUENT_ACCESS', 'ESSENTIALS', 'DELIVERY'])('is not made in the class %s', (logClass) => {
    expect(changes({ settings, group: { logClass } })).toEqual([]);
  });
});

test('once applied, the next plan is empty, and other people’s filters are what they were', () => {
  const days = fc.constantFrom(...RETENTION_DAYS);
  const filter = fc.record({
    name: fc.constantFrom('mine', 'theirs', 'third'),
    pattern: fc.constantFrom('', 'ERROR'),
    destinationArn: fc.constantFrom('arn:stream', 'arn:other'),
    roleArn: fc.constantFrom('arn:role', 'arn:other'),
    distribution: fc.constantFrom('ByLogStream', 'Random'),
  });
  const tags = fc.record(
    {
      'bitclouded:retention-days': fc.oneof(days.map(String), fc.string()),
      'bitclouded:subscription': fc.constantFrom('none', 'all'),
    },
    { requiredKeys: [] },
  );
  const anyGroup = fc.record({
    name: fc.constantFrom('/app', '/me'),
    arn: fc.constant('arn'),
    retentionDays: fc.option(days, { nil: undefined }),
    accountPolicy: fc.option(fc.constant('org'), { nil: undefined }),
    logClass: fc.constantFrom('STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'),
  });
  const filters = fc.uniqueArray(filter, { selector: (one) => one.name });

  fc.assert(
    fc.property(anyGroup, tags, filters, fc.constantFrom(settings, quiet), (before, tagged, had, wanted) => {
      const after = had.filter((one) => one.name !== 'mine');
      let retentionDays = before.retentionDays;
      let own = had.find((one) => one.name === 'mine');
      for (const change of planGroup(before, tagged, had, wanted, '/me').changes) {
        if (change.kind === 'set-retention') retentionDays = change.days;
        if (change.kind === 'put-filter') own = change.filter as typeof own;
        if (change.kind === 'delete-filter') own = undefined;
        if (change.kind === 'put-filter') expect(change.filter.name).toBe('mine');
        if (change.kind === 'delete-filter') expect(change.name).toBe('mine');
      }
      if (own) after.push(own);
      expect(planGroup({ ...before, retentionDays }, tagged, after, wanted, '/me').changes).toEqual([]);
    }),
  );
});
