import { GROUP, isHandedOn, isOfFixedSize } from '../aws/groups.ts';
import type { Resource } from '../model/resource.ts';
import { resourceStandard } from '../standard.ts';

const POLICY = 'AWS::AutoScaling::ScalingPolicy';

export default resourceStandard({
  name: 'group-scales',
  number: 35,
  title: 'A group that can grow grows with its load',
  why: 'Room between the least and the most instances is of use only where something measures and decides.',
  remedy: 'Add an AWS::AutoScaling::ScalingPolicy with a target, or give the group to an ECS capacity provider',
  source: 'EC2 Auto Scaling User Guide, "Target tracking scaling policies"',
  peers: 'cfn-lint E3712 checks the sizes of a group that has a policy, not that there is one',
  audience: 'house',
  severity: 'warning',
  applies: [GROUP],
  *check({ resource, template }) {
    if (!template.isComplete || isOfFixedSize(resource) || isHandedOn(resource, template)) return;
    const byPolicy = template.referrers(resource).some(({ type }) => type === POLICY);
    const byName = template
      .ofType(POLICY)
      .some((policy) => policy.values('AutoScalingGroupName').some((name) => !template.referred(name)));
    if (!byPolicy && !byName && !hasClusterAutoscaler(resource))
      yield { at: resource, message: 'Nothing scales the group' };
  },
  examples: {
    good: [
      `
      Resources:
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '1', MaxSize: '4' }
        OnLoad:
          Type: AWS::AutoScaling::ScalingPolicy
          Properties: { AutoScalingGroupName: !Ref Servers, PolicyType: TargetTrackingScaling }
        Capacity:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '0', MaxSize: '4' }
        Provider:
          Type: AWS::ECS::CapacityProvider
          Properties: { AutoScalingGroupProvider: { AutoScalingGroupArn: !Ref Capacity } }
        Quorum:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '3', MaxSize: '3' }
        Nodes:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties:
            MinSize: '1'
            MaxSize: '4'
            Tags: [{ Key: k8s.io/cluster-autoscaler/enabled, Value: true, PropagateAtLaunch: true }]
        ByFunction:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '1', MaxSize: '4' }
        Scaler:
          Type: AWS::Lambda::Function
          Properties: { Environment: { Variables: { GROUP: !Ref ByFunction } } }
        ByClock:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '1', MaxSize: '4' }
        Morning:
          Type: AWS::AutoScaling::ScheduledAction
          Properties: { AutoScalingGroupName: !Ref ByClock, Recurrence: 0 7 * * *, MinSize: 2 }
        ByOthers:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { MinSize: '1', MaxSize: '4' }
      Outputs:
        GroupName: { Value: !Sub '\${ByOthers}' }
      `,
      `
      Resources:
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { AutoScalingGroupName: servers, MinSize: '1', MaxSize: '4' }
        OnLoad:
          Type: AWS::AutoScaling::ScalingPolicy
          Properties: { AutoScalingGroupName: servers, PolicyType: TargetTrackingScaling }
      `,
      `
      Resources:
        Nodes:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties:
            MinSize: '1'
            MaxSize: '4'
            Tags: [{ Key: !Sub 'k8s.io/cluster-autoscaler/\${Cluster}', Value: owned, PropagateAtLaunch: true }]
        Cluster: { Type: AWS::EKS::Cluster }
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
          Properties: { MinSize: '1', MaxSize: '4' }
        OnLoad:
          Type: AWS::AutoScaling::ScalingPolicy
          Properties: { AutoScalingGroupName: !Ref Others, PolicyType: TargetTrackingScaling }
      `,
      `
      Resources:
        Servers: # finding
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties:
            MinSize: '1'
            MaxSize: '4'
            Tags: [{ Key: !Sub '\${AWS::StackName}/team', Value: web, PropagateAtLaunch: true }]
        Hook:
          Type: AWS::AutoScaling::LifecycleHook
          Properties: { AutoScalingGroupName: !Ref Servers }
      `,
    ],
  },
});

/** Kubernetes' autoscaler finds its groups by a tag. Source: Amazon EKS User Guide, "Cluster Autoscaler". */
function hasClusterAutoscaler(group: Resource): boolean {
  return group
    .values('Tags.*.Key')
    .some(({ parts }) => parts.some((part) => typeof part === 'string' && part.includes('cluster-autoscaler')));
}
