import { isHandedOn } from '../aws/groups.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { resourceStandard } from '../standard.ts';

const TARGET = 'AWS::ApplicationAutoScaling::ScalableTarget';
const POLICY = 'AWS::ApplicationAutoScaling::ScalingPolicy';

export default resourceStandard({
  name: 'service-scales',
  number: 35,
  title: 'An ECS service grows with its load',
  why: 'A fixed number of tasks is too few on the one day that counts, and too many on all others.',
  remedy: 'Add a ScalableTarget for service/<cluster>/<service> and a ScalingPolicy with a target value',
  source: 'ECS Developer Guide, "Automatically scale your Amazon ECS service"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::ECS::Service'],
  *check({ resource, template }) {
    if (!template.isComplete || isBound(resource) || isHandedOn(resource, template)) return;
    const targets = targetsOf(resource, template);
    if (targets.length === 0) yield { at: resource, message: 'Nothing scales the service' };
    for (const target of targets)
      if (!isDriven(target, template))
        yield { at: target, resource: target, message: 'The target can be scaled, and no policy does' };
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
        ByName:
          Type: AWS::ECS::Service
          Properties: { Cluster: main, ServiceName: by-name }
        NamedTarget:
          Type: AWS::ApplicationAutoScaling::ScalableTarget
          Properties:
            ResourceId: service/main/by-name
            ServiceNamespace: ecs
            ScheduledActions: [{ ScheduledActionName: morning, Schedule: rate(1 day) }]
        Agent: { Type: AWS::ECS::Service, Properties: { SchedulingStrategy: DAEMON } }
        Single:
          Type: AWS::ECS::Service
          Properties: { DesiredCount: 1, DeploymentConfiguration: { MaximumPercent: 100, MinimumHealthyPercent: 0 } }
      `,
    ],
    bad: [
      `
      Resources:
        Fixed: # finding
          Type: AWS::ECS::Service
          Properties: { Cluster: main, DesiredCount: 2 }
        Web: { Type: AWS::ECS::Service, Properties: { Cluster: main } }
        Target: # finding
          Type: AWS::ApplicationAutoScaling::ScalableTarget
          Properties: { ResourceId: !Join ['/', [service, main, !GetAtt Web.Name]], ServiceNamespace: ecs }
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

/** The targets that are the service, or may be: by reference, or by a name that only the stack knows. */
function targetsOf(service: Resource, template: Template): Resource[] {
  const services = new Set(template.ofType('AWS::ECS::Service').map(({ logicalId }) => logicalId));
  return template.ofType(TARGET).filter((target) =>
    target.values('ResourceId').some((id) => {
      const named = id.parts.flatMap((part) => (typeof part === 'object' ? (part.target ?? []) : []));
      return named.includes(service.logicalId) || !named.some((logicalId) => services.has(logicalId));
    }),
  );
}

function isDriven(target: Resource, template: Template): boolean {
  return (
    template.referrers(target).some(({ type }) => type === POLICY) ||
    template.ofType(POLICY).some((policy) => policy.values('ScalingTargetId').some((id) => !template.referred(id))) ||
    target.values('ScheduledActions').some(({ isAbsent }) => !isAbsent)
  );
}
