import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';

const MAPPINGS: Readonly<Record<string, string>> = {
  'AWS::AutoScaling::LaunchConfiguration': 'BlockDeviceMappings.*.Ebs',
  'AWS::EC2::Instance': 'BlockDeviceMappings.*.Ebs',
  'AWS::EC2::LaunchTemplate': 'LaunchTemplateData.BlockDeviceMappings.*.Ebs',
};

export const volumeTypes = ['AWS::EC2::Volume', ...Object.keys(MAPPINGS)];

/** The EBS volumes that a resource makes: itself, or what its block device mappings describe. */
export function volumesOf(resource: Resource): Value[] {
  const mapping = MAPPINGS[resource.type];
  return mapping === undefined
    ? resource.attribute('Properties')
    : resource.values(mapping).filter(({ isAbsent }) => !isAbsent);
}
