import type { Resource } from '../model/resource.ts';
import { resourceStandard } from '../standard.ts';

const SERVERLESS = ['FARGATE', 'FARGATE_SPOT'];

export default resourceStandard({
  name: 'fargate-by-default',
  number: 37,
  title: 'A service runs on Fargate by default, and on instances by choice',
  why: 'Fargate needs no instances to patch and scale; instances cost less where they are full, which only the user knows.',
  remedy: 'Set CapacityProviderStrategy to FARGATE, or to the capacity provider that a parameter names',
  source: 'ECS Developer Guide, "Amazon ECS launch types and capacity providers"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::ECS::Service'],
  *check({ resource }) {
    if (runsElsewhere(resource)) return;
    const ways = ['LaunchType', 'CapacityProviderStrategy.*.CapacityProvider']
      .flatMap((path) => resource.values(path))
      .filter(({ isAbsent }) => !isAbsent);
    if (ways.length === 0) yield { at: resource, message: "It runs on the cluster's default, which may be anything" };
    else if (ways.every((way) => way.is(...SERVERLESS))) yield { at: ways[0]!, message: 'Nobody can choose instances' };
    else if (ways.every((way) => way.kind !== 'unknown' && !way.is(...SERVERLESS)))
      yield { at: ways[0]!, message: 'It does not run on Fargate by default' };
  },
  examples: {
    good: [
      `
      Parameters:
        CapacityProvider: { Type: String, Default: '' }
        LaunchType: { Type: String, AllowedValues: [FARGATE, EC2], Default: FARGATE }
      Conditions:
        OnInstances: !Not [!Equals [!Ref CapacityProvider, '']]
      Resources:
        Service:
          Type: AWS::ECS::Service
          Properties:
            CapacityProviderStrategy:
              - { CapacityProvider: !If [OnInstances, !Ref CapacityProvider, FARGATE], Weight: 1 }
        Other:
          Type: AWS::ECS::Service
          Properties: { LaunchType: !Ref LaunchType }
        Agent:
          Type: AWS::ECS::Service
          Properties: { LaunchType: EC2, SchedulingStrategy: !If [OnInstances, DAEMON, REPLICA] }
        OwnServers:
          Type: AWS::ECS::Service
          Properties: { LaunchType: !If [OnInstances, EXTERNAL, EC2] }
        ByTaskSets:
          Type: AWS::ECS::Service
          Properties: { DeploymentController: { Type: !If [OnInstances, EXTERNAL, ECS] } }
        Unknown:
          Type: AWS::ECS::Service
          Properties: { LaunchType: !ImportValue launch-type }
      `,
    ],
    bad: [
      `
      Parameters:
        LaunchType: { Type: String, AllowedValues: [FARGATE, EC2], Default: EC2 } # finding
      Resources:
        Silent: # finding
          Type: AWS::ECS::Service
        Fixed:
          Type: AWS::ECS::Service
          Properties:
            LaunchType: FARGATE # finding
        Mixed:
          Type: AWS::ECS::Service
          Properties:
            CapacityProviderStrategy:
              - CapacityProvider: FARGATE # finding
                Base: 1
              - CapacityProvider: FARGATE_SPOT
                Weight: 1
        OnInstances:
          Type: AWS::ECS::Service
          Properties: { LaunchType: !Ref LaunchType }
      `,
    ],
  },
});

/** Whether Fargate is out of the question: one task on each instance, servers of one's own, another controller. */
function runsElsewhere(service: Resource): boolean {
  return (
    service.values('SchedulingStrategy').some((strategy) => !strategy.isNot('DAEMON')) ||
    service.values('LaunchType').some((type) => type.is('EXTERNAL')) ||
    service.values('DeploymentController.Type').some((type) => type.is('EXTERNAL'))
  );
}
