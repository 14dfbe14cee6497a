import { GROUP } from '../aws/groups.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'tags-reach-instances',
  number: 58,
  title: 'Instances carry the tags of their group',
  why: 'Costs, backups and permissions go by tags, and a group itself costs nothing.',
  remedy: 'Set PropagateAtLaunch: true on each tag of the group',
  source: 'EC2 Auto Scaling User Guide, "Tag Auto Scaling groups and instances"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: [GROUP],
  *check({ resource }) {
    for (const tag of resource.values('Tags.*'))
      for (const reaches of tag.values('PropagateAtLaunch'))
        if (reaches.isNot('true')) yield { at: reaches, message: 'The tag does not reach the instances' };
  },
  examples: {
    good: [
      `
      Parameters:
        Tagged: { Type: String, AllowedValues: ['true', 'false'] }
      Resources:
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties:
            Tags:
              - { Key: Name, Value: web, PropagateAtLaunch: true }
              - { Key: Team, Value: web, PropagateAtLaunch: !Ref Tagged }
      `,
    ],
    bad: [
      `
      Resources:
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties:
            Tags:
              - Key: Name
                Value: web
                PropagateAtLaunch: false # finding
      `,
    ],
  },
});
