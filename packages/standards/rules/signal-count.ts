import { GROUP, numberOf, originOf } from '../aws/groups.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'signal-count',
  number: 32,
  title: 'A group awaits no more signals than it starts instances',
  why: 'The stack waits until its timeout and is rolled back, though every instance works.',
  remedy: "Set CreationPolicy.ResourceSignal.Count to the group's DesiredCapacity, or without one to its MinSize",
  source: 'CloudFormation User Guide, "CreationPolicy attribute"',
  peers: 'cfn-lint E3055 checks the form of a creation policy, not its numbers',
  audience: 'everyone',
  severity: 'error',
  applies: [GROUP],
  *check({ resource }) {
    const counts = resource.attribute('CreationPolicy').flatMap((policy) => policy.values('ResourceSignal.Count'));
    for (const count of counts) {
      const awaited = numberOf(count);
      if (awaited === undefined) continue;
      // More instances than at first may be there only where somebody else scales the group.
      for (const desired of resource.values('DesiredCapacity', count.when)) {
        const sizes = desired.isAbsent ? resource.values('MinSize', desired.when) : [desired];
        for (const size of sizes) {
          const started = numberOf(size);
          if (started !== undefined && started < awaited)
            yield { at: count, message: `${awaited} signals are awaited from ${started} instances${originOf(size)}` };
        }
      }
    }
  },
  examples: {
    good: [
      `
      Parameters:
        Size: { Type: Number }
      Resources:
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: 2 } }
          Properties: { MinSize: '1', MaxSize: '4', DesiredCapacity: '2' }
        Others:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: 2 } }
          Properties: { MinSize: !Ref Size, MaxSize: '4' }
      `,
      `
      Parameters:
        Count: { Type: Number }
      Resources:
        Chosen:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: !Ref Count } }
          Properties: { MinSize: '1', MaxSize: '4' }
      `,
    ],
    bad: [
      `
      Resources:
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy:
            ResourceSignal:
              Count: 3 # finding
          Properties: { MinSize: '1', MaxSize: '4', DesiredCapacity: '2' }
        Others:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy:
            ResourceSignal:
              Count: '2' # finding
          Properties: { MinSize: 1, MaxSize: 4 }
      `,
      `
      Parameters:
        Size: { Type: Number, Default: 1 }
      Resources:
        Chosen:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy:
            ResourceSignal:
              Count: 2 # finding: 2 signals are awaited from 1 instances (the default of Size)
          Properties: { MinSize: !Ref Size, MaxSize: '4' }
      `,
    ],
  },
});
