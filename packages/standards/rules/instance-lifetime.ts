import { GROUP, isOfFixedSize } from '../aws/groups.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'instance-lifetime',
  number: 34,
  title: 'Instances of a group grow only so old',
  why: 'What is replaced in good time is patched, has lost what an intruder left, and is known to start.',
  remedy: 'Set MaxInstanceLifetime to a day (86400) or more; except stateful groups',
  source: 'EC2 Auto Scaling User Guide, "Replace Auto Scaling instances based on maximum instance lifetime"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: [GROUP],
  *check({ resource }) {
    // A quorum or a single instance is replaced by hand, one after the other.
    if (isOfFixedSize(resource)) return;
    for (const lifetime of resource.values('MaxInstanceLifetime'))
      if (lifetime.isAbsent || lifetime.is('0')) yield { at: lifetime, message: 'Its instances grow older and older' };
  },
  examples: {
    good: [
      `
      Parameters:
        Size: { Type: Number, Default: 3 }
      Resources:
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '1', MaxSize: '4', MaxInstanceLifetime: 604800 }
        Quorum:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: !Ref Size, MaxSize: !Ref Size }
        Single:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '0', MaxSize: '1' }
      `,
    ],
    bad: [
      `
      Resources:
        Servers: # finding
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '1', MaxSize: '4' }
        Others:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties:
            MinSize: '1'
            MaxSize: '4'
            MaxInstanceLifetime: 0 # finding
      `,
    ],
  },
});
