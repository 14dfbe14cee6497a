import { GROUP, numberOf, originOf } from '../aws/groups.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'rolling-update-room',
  number: 33,
  title: 'A rolling update has room for one instance more than must serve',
  why: 'CloudFormation creates such a group, and refuses its first update: in the middle of somebody being in a hurry.',
  remedy: 'Make AutoScalingRollingUpdate.MinInstancesInService less than MaxSize',
  source: 'CloudFormation User Guide, "UpdatePolicy attribute", AutoScalingRollingUpdate policy',
  peers: 'cfn-lint E3016 checks the form of an update policy and E3706 MinSize against MaxSize, neither these two',
  audience: 'everyone',
  severity: 'error',
  applies: [GROUP],
  *check({ resource }) {
    const policies = resource.attribute('UpdatePolicy');
    for (const least of policies.flatMap((policy) => policy.values('AutoScalingRollingUpdate.MinInstancesInService')))
      for (const most of resource.values('MaxSize', least.when)) {
        const [serving, size] = [numberOf(least), numberOf(most)];
        const isSame = least.reference !== undefined && least.spelling === most.spelling;
        if (isSame) yield { at: least, message: 'Every instance must serve during an update' };
        else if (serving !== undefined && size !== undefined && size > 0 && serving >= size) {
          const origin = originOf(most);
          yield { at: least, message: `${serving} must serve during an update, of at most ${size}${origin}` };
        }
      }
  },
  examples: {
    good: [
      `
      Parameters:
        Max: { Type: Number, Default: 4 }
      Resources:
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: 1 } }
          Properties: { MinSize: '1', MaxSize: !Ref Max }
        Single:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { AutoScalingRollingUpdate: { MaxBatchSize: 1 } }
          Properties: { MinSize: '1', MaxSize: '1' }
      `,
      `
      Parameters:
        Size: { Type: Number }
        Most: { Type: Number }
      Resources:
        Chosen:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: !Ref Size } }
          Properties: { MinSize: '1', MaxSize: !Ref Most }
        Limited:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: !Ref Size } }
          Properties: { MinSize: '1', MaxSize: '4' }
        Unlimited:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: 1 } }
          Properties: { MinSize: '1', MaxSize: !Ref Most }
        None:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: 0 } }
          Properties: { MinSize: '0', MaxSize: '0' }
        Sealed:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: !ImportValue least } }
          Properties: { MinSize: '0', MaxSize: !ImportValue most }
      `,
    ],
    bad: [
      `
      Parameters:
        Size: { Type: Number }
      Resources:
        Single:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy:
            AutoScalingRollingUpdate:
              MinInstancesInService: 1 # finding
          Properties: { MinSize: '1', MaxSize: '1' }
        Others:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy:
            AutoScalingRollingUpdate:
              MinInstancesInService: !Ref Size # finding
          Properties: { MinSize: !Ref Size, MaxSize: !Ref Size }
      `,
      `
      Resources:
        Same:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy:
            AutoScalingRollingUpdate:
              MinInstancesInService: 2 # finding: 2 must serve during an update, of at most 2
          Properties: { MinSize: '1', MaxSize: 2 }
      `,
      `
      Parameters:
        Max: { Type: Number, Default: 2 }
      Resources:
        Chosen:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy:
            AutoScalingRollingUpdate:
              MinInstancesInService: 2 # finding: of at most 2 (the default of Max)
          Properties: { MinSize: '1', MaxSize: !Ref Max }
      `,
    ],
  },
});
