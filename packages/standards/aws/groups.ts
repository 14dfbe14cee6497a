import { perTemplate } from '../model/per-template.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { scalarsOf } from '../reading/node.ts';

export const GROUP = 'AWS::AutoScaling::AutoScalingGroup';

/** Where a group names what it launches instances by. */
const LAUNCHERS = [
  'LaunchConfigurationName',
  'LaunchTemplate.LaunchTemplateId',
  'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId',
];

/** What takes a resource to where nobody here sees what becomes of it, and what else changes a group's size. */
const HANDS_ON =
  /^AWS::(?:AutoScaling::ScheduledAction|AutoScalingPlans|CloudFormation|ECS::CapacityProvider|Lambda|SSM)|^Custom::/;

/** The launch templates and configurations of the template that a group makes instances by. */
export function launchersOf(group: Resource, template: Template): Resource[] {
  const named = LAUNCHERS.flatMap((path) => group.values(path)).map((value) => template.referred(value));
  return [...new Set(named)].filter((launcher) => launcher !== undefined);
}

/** A number that is certain; undefined where only the stack knows it. */
export function numberOf({ text }: Value): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Whose default a value is, to say it of a value beside the one that is pointed at. */
export function originOf({ parameter }: Value): string {
  return parameter === undefined ? '' : ` (the default of ${parameter})`;
}

/** Whether a group can never grow or shrink, as one of a quorum or of a single instance. */
export function isOfFixedSize(group: Resource): boolean {
  const [least, most] = [spellings(group, 'MinSize'), spellings(group, 'MaxSize')];
  return most === '1' || (most !== undefined && most === least);
}

function spellings(group: Resource, property: string): string | undefined {
  const written = group.values(property).map(({ spelling }) => spelling);
  return written.includes(undefined) ? undefined : written.join('\n');
}

/** Whether somebody whom nobody here sees may look after a resource: it is handed to another stack or to a program. */
export function isHandedOn(resource: Resource, template: Template): boolean {
  return (
    template.referrers(resource).some(({ type }) => HANDS_ON.test(type)) ||
    wordsOfOutputs(template).has(resource.logicalId)
  );
}

/** What the outputs say, and so every logical id that they name. */
const wordsOfOutputs = perTemplate((template): ReadonlySet<string> => {
  const outputs = template.section('Outputs');
  return new Set([...(outputs ? scalarsOf(outputs) : [])].flatMap(({ text }) => text.split(/[^A-Za-z0-9]+/)));
});
