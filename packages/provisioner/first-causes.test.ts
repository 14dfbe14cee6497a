import fc from 'fast-check';
import { firstCauses } from './first-causes.ts';
import type { StackEvent } from './provision-event.ts';

let count = 0;
const event = (logicalId: string, status: string, reason?: string): StackEvent => ({
  id: String(count++),
  stack: 'prod',
  stackId: 'arn:prod',
  logicalId,
  physicalId: logicalId === 'prod' ? 'arn:prod' : logicalId,
  resourceType: 'AWS::SQS::Queue',
  status,
  reason,
  at: new Date(0),
});
const named = (events: readonly StackEvent[]): string[] => events.map(({ logicalId }) => logicalId);

it('names what failed by itself, in the order of time', () => {
  const events = [
    event('prod', 'CREATE_IN_PROGRESS'),
    event('First', 'CREATE_FAILED', 'Access denied'),
    event('Second', 'CREATE_FAILED', 'Resource creation cancelled'),
    event('Third', 'CREATE_FAILED', 'Quota exceeded'),
    event('prod', 'ROLLBACK_IN_PROGRESS', 'The following resource(s) failed to create'),
    event('First', 'DELETE_FAILED', 'not empty'),
    event('prod', 'ROLLBACK_COMPLETE'),
  ];
  expect(named(firstCauses(events))).toEqual(['First', 'Third']);
});

it('names what kept a rollback from ending', () => {
  const events = [
    event('First', 'UPDATE_FAILED', 'Access denied'),
    event('prod', 'UPDATE_ROLLBACK_IN_PROGRESS'),
    event('Second', 'UPDATE_FAILED', 'gone'),
    event('prod', 'UPDATE_ROLLBACK_FAILED', 'The following resource(s) failed to update'),
  ];
  expect(named(firstCauses(events))).toEqual(['First', 'Second']);
});

it('names the stack itself where no resource failed', () => {
  const events = [
    event('prod', 'CREATE_IN_PROGRESS'),
    event('prod', 'CREATE_FAILED', 'Validation failure detected'),
    event('prod', 'ROLLBACK_COMPLETE'),
  ];
  expect(firstCauses(events)).toMatchObject([{ reason: 'Validation failure detected' }]);
});

it('never names what was only cancelled where something else failed before the rollback', () => {
  const reason = fc.constantFrom(
    'Resource creation cancelled',
    'Resource update cancelled',
    'Access denied',
    'Quota exceeded',
  );
  fc.assert(
    fc.property(fc.array(reason, { minLength: 1 }), (reasons) => {
      const events = reasons.map((text, i) => event(`R${i}`, 'CREATE_FAILED', text));
      const real = events.filter((each) => !each.reason!.endsWith('cancelled'));
      fc.pre(real.length > 0);
      expect(firstCauses([...events, event('prod', 'ROLLBACK_IN_PROGRESS')])).toEqual(real);
    }),
  );
});
