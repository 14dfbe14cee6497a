import { takesLaunchTemplate } from '../aws/instances.ts';
import type { Resource } from '../model/resource.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'tags-reach-volumes',
  number: 58,
  title: 'Volumes carry the tags of their instance',
  why: 'Neither a stack nor a group tags what an instance brings with it, and a volume may outlive it unowned.',
  remedy: 'Add TagSpecifications for volume to LaunchTemplateData, or PropagateTagsToVolumeOnCreation: true',
  source:
    'CloudFormation Template Reference, "Resource tagging"; EC2 Auto Scaling User Guide, "Tag Auto Scaling groups"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate'],
  *check({ resource }) {
    if (resource.type === 'AWS::EC2::LaunchTemplate') {
      if (!mayTagVolumes(resource)) yield { at: resource, message: 'Its volumes have no tags' };
    } else if (!takesLaunchTemplate(resource))
      for (const reaches of resource.values('PropagateTagsToVolumeOnCreation'))
        if (reaches.isNot('true')) yield { at: reaches, message: 'Its volumes have no tags' };
  },
  examples: {
    good: [
      `
      Resources:
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              TagSpecifications:
                - { ResourceType: instance, Tags: [{ Key: Name, Value: web }] }
                - { ResourceType: volume, Tags: [{ Key: Name, Value: web }] }
        Server:
          Type: AWS::EC2::Instance
          Properties: { PropagateTagsToVolumeOnCreation: true }
        Other:
          Type: AWS::EC2::Instance
          Properties: { LaunchTemplate: { LaunchTemplateId: !Ref Servers, Version: '1' } }
      `,
    ],
    bad: [
      `
      Resources:
        Servers: # finding
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              TagSpecifications: [{ ResourceType: instance, Tags: [{ Key: Name, Value: web }] }]
            TagSpecifications: [{ ResourceType: launch-template, Tags: [{ Key: Name, Value: web }] }]
        Server: # finding
          Type: AWS::EC2::Instance
      `,
    ],
  },
});

function mayTagVolumes(launcher: Resource): boolean {
  return launcher.values('LaunchTemplateData.TagSpecifications.*.ResourceType').some((type) => !type.isNot('volume'));
}
