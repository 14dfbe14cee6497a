import { GROUP, numberOf } from '../aws/groups.ts';
import { resourceStandard } from '../standard.ts';

const DAY_SECONDS = 86_400;

export default resourceStandard({
  name: 'instance-lifetime-range',
  number: 34,
  title: 'The lifetime of instances is a day or more',
  why: 'Auto Scaling refuses less, when the stack has already made everything else; many take the number for days.',
  remedy: 'Give MaxInstanceLifetime in seconds: 86400 or more, or 0 for none',
  source: 'EC2 Auto Scaling User Guide, "Replace Auto Scaling instances based on maximum instance lifetime"',
  peers: 'none: the schemas that cfn-lint and CDK validate by give the property no range',
  audience: 'everyone',
  severity: 'error',
  applies: [GROUP],
  *check({ resource }) {
    for (const lifetime of resource.values('MaxInstanceLifetime')) {
      const seconds = numberOf(lifetime);
      if (seconds !== undefined && seconds > 0 && seconds < DAY_SECONDS)
        yield { at: lifetime, message: `${seconds} seconds are less than a day` };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        Lifetime: { Type: Number, Default: 604800 }
      Resources:
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MaxInstanceLifetime: !Ref Lifetime }
        Others:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MaxInstanceLifetime: 0 }
      `,
      `
      Parameters:
        Lifetime: { Type: Number }
      Resources:
        Day:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MaxInstanceLifetime: 86400 }
        Given:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MaxInstanceLifetime: !Ref Lifetime }
      `,
    ],
    bad: [
      `
      Resources:
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties:
            MaxInstanceLifetime: 7 # finding
      `,
    ],
  },
});
