import { isHandedOn } from '../aws/groups.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { templateStandard } from '../standard.ts';

const TARGET = 'AWS::ApplicationAutoScaling::ScalableTarget';
const POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';

export default templateStandard({
  name: 'service-scales',
  number: 35,
  title: 'An ECS service grows with its load',
  why: 'A fixed number of tasks is too few on the one day that counts, and too many on all others.',
  remedy: 'Add a ScalableTarget for service/<cluster>/<service> and a ScalingPolicy with a target value',
  source: 'ECS Developer Guide, "Automatically scale your Amazon ECS service"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: 'template',
  *check({ template }) {
    if (!template.isComplete) return;
    const targets = targetsByService(template);
    for (const resource of template.ofType('AWS::ECS::Service')) {
      if (isBound(resource) || isHandedOn(resource, template)) continue;
      // A target that names no service of the template by reference may be any.
      const own = [...(targets.get(resource.logicalId) ?? []), ...(targets.get('') ?? [])];
      if (own.length === 0) yield { at: resource, resource, message: 'Nothing scales the service' };
      for (const target of own)
        if (!isDriven(target, template))
          yield { at: target, resource: target, message: 'The target can be scaled, and no policy does' };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Web: { Type: AWS::ECS::Service, Properties: { Cluster: main, DesiredCount: 2 } }
        Target:
          Type: AWS::ApplicationAutoScaling::ScalableTarget
          Properties: { ResourceId: !Sub 'service/main/\${Web.Name}', ServiceNamespace: ecs }
        OnLoad:
          Type: AWS::ApplicationAutoScaling::ScalingPolicy
          Properties: { ScalingTargetId: !Ref Target, PolicyType: TargetTrackingScaling }
        Agent: { Type: AWS::ECS::Service, Properties: { SchedulingStrategy: DAEMON } }
        Single:
          Type: AWS::ECS::Service
          Properties: { DesiredCount: 1, DeploymentConfiguration: { MaximumPercent: 100, MinimumHealthyPercent: 0 } }
      `,
      `
      Resources:
        ByName:
          Type: AWS::ECS::Service
          Properties: { Cluster: main, ServiceName: by-name }
        NamedTarget:
          Type: AWS::ApplicationAutoScaling::ScalableTarget
          Properties:
            ResourceId: service/main/by-name
            ServiceNamespace: ecs
            ScheduledActions: [{ ScheduledActionName: morning, Schedule: rate(1 day) }]
      `,
      `
      Resources:
        ByName:
          Type: AWS::ECS::Service
          Properties: { Cluster: main, ServiceName: by-name }
        Target:
          Type: AWS::ApplicationAutoScaling::ScalableTarget
          Properties: { ResourceId: service/main/by-name, ServiceNamespace: ecs }
        OnLoad:
          Type: AWS::ApplicationAutoScaling::ScalingPolicy
          Properties: { ScalingTargetId: !ImportValue target, PolicyType: TargetTrackingScaling }
        GivenOn:
          Type: AWS::ECS::Service
          Properties: { Cluster: main }
      Outputs:
        Name: { Value: !GetAtt GivenOn.Name }
      `,
      `
      Transform: AWS::LanguageExtensions
      Parameters:
        Names: { Type: CommaDelimitedList }
      Resources:
        Web: { Type: AWS::ECS::Service }
        Fn::ForEach::Targets:
          - Name
          - !Ref Names
          - 'Target\${Name}': { Type: AWS::ApplicationAutoScaling::ScalableTarget }
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Parameters:
        Percent: { Type: Number, Default: 100 }
      Resources:
        Agent: { Type: AWS::ECS::Service, Properties: { SchedulingStrategy: !If [Here, DAEMON, REPLICA] } }
        Single: { Type: AWS::ECS::Service, Properties: { DeploymentConfiguration: { MaximumPercent: !Ref Percent } } }
        Web: { Type: AWS::ECS::Service }
        Target:
          Type: AWS::ApplicationAutoScaling::ScalableTarget
          Properties:
            ResourceId: !If [Here, !Sub 'service/\${Cluster}/\${Web.Name}', !Ref AWS::NoValue]
            ServiceNamespace: !If [Here, ecs, dynamodb]
            ScheduledActions: !If [Here, [{ ScheduledActionName: morning, Schedule: rate(1 day) }], !Ref AWS::NoValue]
        Cluster: { Type: AWS::ECS::Cluster }
      `,
    ],
    bad: [
      `
      Resources:
        Fixed: # finding
          Type: AWS::ECS::Service
          Properties: { Cluster: main, DesiredCount: 2 }
        TableTarget:
          Type: AWS::ApplicationAutoScaling::ScalableTarget
          Properties: { ResourceId: table/orders, ServiceNamespace: dynamodb }
        Web: { Type: AWS::ECS::Service, Properties: { Cluster: main } }
        Target: # finding
          Type: AWS::ApplicationAutoScaling::ScalableTarget
          Properties: { ResourceId: !Join ['/', [service, main, !GetAtt Web.Name]], ServiceNamespace: ecs }
      `,
      `
      Resources:
        Alone: # finding
          Type: AWS::ECS::Service
        Web: { Type: AWS::ECS::Service }
        Target: # finding
          Type: AWS::ApplicationAutoScaling::ScalableTarget
          Properties: { ResourceId: !Sub 'service/\${Cluster}/\${Web.Name}', ServiceNamespace: ecs }
        Cluster: { Type: AWS::ECS::Cluster }
        Alarm: { Type: AWS::CloudWatch::Alarm, Properties: { Dimensions: [{ Name: Target, Value: !Ref Target }] } }
      `,
    ],
  },
});

/** One task on each instance, or one that must never run twice: the deployment stops it before it starts another. */
function isBound(service: Resource): boolean {
  return (
    service.values('SchedulingStrategy').some((strategy) => strategy.is('DAEMON')) ||
    service.values('DeploymentConfiguration.MaximumPercent').some((percent) => percent.is('100'))
  );
}

/** The scalable targets by the service that they name; under the empty name those that name none. */
function targetsByService(template: Template): Map<string, Resource[]> {
  const targets = new Map<string, Resource[]>();
  for (const target of template.ofType(TARGET)) {
    if (target.values('ServiceNamespace').every((namespace) => namespace.isNot('ecs'))) continue;
    const named = target
      .values('ResourceId')
      .flatMap(({ parts }) => parts)
      .flatMap((part) => (typeof part === 'object' ? (part.target ?? []) : []))
      .filter((logicalId) => template.resources.get(logicalId)?.type === 'AWS::ECS::Service');
    for (const name of named.length > 0 ? new Set(named) : [''])
      targets.set(name, [...(targets.get(name) ?? []), target]);
  }
  return targets;
}

function isDriven(target: Resource, template: Template): boolean {
  return (
    template.referrers(target).some(({ type }) => type === POLICY) ||
    template.ofType(POLICY).some((policy) => policy.values('ScalingTargetId').some((id) => !template.referred(id))) ||
    target.values('ScheduledActions').some(({ isAbsent }) => !isAbsent)
  );
}
