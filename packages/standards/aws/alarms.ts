import type { Assumptions } from '../model/conditions.ts';
import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';

export const alarmTypes = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];

/** What an alarm does when its state changes. */
export function actionsOf(alarm: Resource, when: Assumptions = alarm.when): Value[] {
  return ['AlarmActions', 'InsufficientDataActions', 'OKActions'].flatMap((name) => alarm.values(`${name}.*`, when));
}
