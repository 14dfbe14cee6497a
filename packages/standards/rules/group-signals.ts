import { GROUP, numberOf } from '../aws/groups.ts';
import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'group-signals',
  number: 32,
  title: 'A group is complete when all of its least instances say so',
  why: 'Else the stack is green before the first instance has started, and stays so when none of them ever does.',
  remedy: 'Give it CreationPolicy.ResourceSignal with a Timeout and a Count that is its MinSize',
  source: 'CloudFormation User Guide, "CreationPolicy attribute"',
  peers: 'cfn-lint E3055 checks the form of a creation policy, not that there is one',
  audience: 'house',
  severity: 'warning',
  applies: [GROUP],
  *check({ resource }) {
    for (const signal of resource.attribute('CreationPolicy').flatMap((policy) => policy.values('ResourceSignal'))) {
      if (!signal.isAbsent) yield* missedInstances(signal, resource);
      else if (startsAny(resource, signal))
        yield { at: signal, message: 'The group is complete before any instance works' };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        Min: { Type: Number, Default: 2 }
      Resources:
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: !Ref Min, Timeout: PT15M } }
          Properties: { MinSize: !Ref Min, MaxSize: '4' }
        FromNothing:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '0', MaxSize: '4' }
        Desired:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: 1, Timeout: PT15M } }
          Properties: { MinSize: 2, MaxSize: '4', DesiredCapacity: 1 }
      `,
      `
      Parameters:
        Min: { Type: Number }
        Count: { Type: Number }
      Resources:
        Unknown:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: 1, Timeout: PT15M } }
          Properties: { MinSize: !Ref Min, MaxSize: '4' }
        Given:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy: { ResourceSignal: { Count: !Ref Count, Timeout: PT15M } }
          Properties: { MinSize: '2', MaxSize: '4' }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '1', MaxSize: '4' }
        Desired: # finding
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '0', MaxSize: '4', DesiredCapacity: '2' }
        Few:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy:
            ResourceSignal:
              Count: 1 # finding
          Properties: { MinSize: '2', MaxSize: '4' }
        Unsaid:
          Type: AWS::AutoScaling::AutoScalingGroup
          CreationPolicy:
            ResourceSignal: # finding
              Timeout: PT15M
          Properties: { MinSize: '2', MaxSize: '4' }
      `,
    ],
  },
});

/** Whether instances may start with the stack. */
function startsAny(group: Resource, { when }: Value): boolean {
  const counts = ['MinSize', 'DesiredCapacity'].flatMap((property) => group.values(property, when));
  return counts.some((count) => !count.isAbsent && !count.is('0'));
}

function* missedInstances(signal: Value, group: Resource) {
  for (const count of signal.values('Count')) {
    const awaited = count.isAbsent ? 1 : numberOf(count);
    const desired = group.values('DesiredCapacity', count.when).map(numberOf);
    for (const least of group.values('MinSize', count.when).map(numberOf))
      if (awaited !== undefined && least !== undefined && awaited < least && !desired.includes(awaited))
        yield { at: count, message: `Signals are awaited from ${awaited} of ${least} instances` };
  }
}
