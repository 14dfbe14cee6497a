import type { Assumptions } from '../model/conditions.ts';
import type { Resource } from '../model/resource.ts';
import { resourceStandard } from '../standard.ts';

const BREAKER = 'DeploymentConfiguration.DeploymentCircuitBreaker';

export default resourceStandard({
  name: 'ecs-circuit-breaker',
  number: 38,
  title: 'A deployment that fails stops by itself and goes back',
  why: 'Without the circuit breaker ECS starts a broken task again and again, and the stack waits for hours before it fails.',
  remedy: 'Set DeploymentConfiguration.DeploymentCircuitBreaker: { Enable: true, Rollback: true }',
  source: 'ECS Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures"',
  peers: 'none',
  audience: 'everyone',
  severity: 'warning',
  applies: ['AWS::ECS::Service'],
  *check({ resource }) {
    if (!isRolling(resource)) return;
    for (const enable of resource.values(`${BREAKER}.Enable`)) {
      if (hasAlarms(resource, enable.when)) continue;
      if (enable.isNot('true')) yield { at: enable, message: 'A deployment that fails does not stop' };
      else
        for (const rollback of resource.values(`${BREAKER}.Rollback`, enable.when))
          if (rollback.isNot('true')) yield { at: rollback, message: 'A deployment that fails does not go back' };
    }
  },
  examples: {
    good: [
      `
      Conditions:
        First: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Service:
          Type: AWS::ECS::Service
          Properties:
            DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } }
        ByAlarms:
          Type: AWS::ECS::Service
          Properties:
            DeploymentConfiguration: { Alarms: { AlarmNames: [errors], Enable: true, Rollback: true } }
        ByCodeDeploy:
          Type: AWS::ECS::Service
          Properties: { DeploymentController: { Type: CODE_DEPLOY } }
        BlueGreen:
          Type: AWS::ECS::Service
          Properties: { DeploymentConfiguration: { Strategy: BLUE_GREEN } }
        Undecided:
          Type: AWS::ECS::Service
          Properties: { DeploymentController: { Type: !If [First, ECS, CODE_DEPLOY] } }
        UndecidedToo:
          Type: AWS::ECS::Service
          Properties: { DeploymentConfiguration: { Strategy: !If [First, ROLLING, CANARY] } }
        PerhapsByAlarms:
          Type: AWS::ECS::Service
          Properties: { DeploymentConfiguration: { Alarms: { Enable: !If [First, true, false] } } }
        Classic:
          Type: AWS::ECS::Service
          Properties: { LoadBalancers: [{ LoadBalancerName: classic, ContainerName: web, ContainerPort: 80 }] }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::ECS::Service
        Half:
          Type: AWS::ECS::Service
          Properties:
            DeploymentController: { Type: ECS }
            DeploymentConfiguration:
              Strategy: ROLLING
              DeploymentCircuitBreaker:
                Enable: true
                Rollback: false # finding
        Off:
          Type: AWS::ECS::Service
          Properties:
            DeploymentConfiguration:
              DeploymentCircuitBreaker:
                Enable: false # finding
                Rollback: true
      `,
    ],
  },
});

/** Only rolling updates, and not behind a classic load balancer, have the circuit breaker. */
function isRolling(service: Resource): boolean {
  return (
    service.values('LoadBalancers.*.LoadBalancerName').every(({ isAbsent }) => isAbsent) &&
    service.values('DeploymentController.Type').every((type) => type.isAbsent || type.is('ECS')) &&
    service.values('DeploymentConfiguration.Strategy').every((type) => type.isAbsent || type.is('ROLLING'))
  );
}

function hasAlarms(service: Resource, when: Assumptions): boolean {
  return service.values('DeploymentConfiguration.Alarms.Enable', when).some((enable) => !enable.isNot('true'));
}
