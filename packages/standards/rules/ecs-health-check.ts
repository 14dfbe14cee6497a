import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'ecs-health-check',
  number: 38,
  title: 'Something asks a task of a service whether it is well',
  why: 'ECS replaces a task whose process ends; one that hangs is healthy for ever where nothing asks it.',
  remedy: 'Give an essential container of the task definition a HealthCheck, or the service a target group',
  source: 'ECS Developer Guide, "Determine Amazon ECS task health using container health checks"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::ECS::Service'],
  *check({ resource, template }) {
    const asking = ['LoadBalancers', 'VpcLatticeConfigurations'].flatMap((path) => resource.values(path));
    if (asking.some(({ isAbsent }) => !isAbsent)) return;
    const tasks = resource.values('TaskDefinition').flatMap((task) => template.referred(task) ?? []);
    const checks = tasks.flatMap((task) => task.values('ContainerDefinitions.*.HealthCheck'));
    if (checks.length > 0 && checks.every(({ isAbsent }) => isAbsent))
      yield { at: resource, message: 'Nothing asks its tasks whether they are well' };
  },
  examples: {
    good: [
      `
      Parameters:
        TaskArn: { Type: String }
      Conditions:
        Web: !Equals [!Ref TaskArn, web]
      Resources:
        Worker:
          Type: AWS::ECS::Service
          Properties: { TaskDefinition: !Ref WorkerTask }
        WorkerTask:
          Type: AWS::ECS::TaskDefinition
          Properties:
            ContainerDefinitions:
              - { Name: worker, HealthCheck: { Command: [CMD, /healthy] } }
              - { Name: logs, Essential: false }
        Web:
          Type: AWS::ECS::Service
          Properties: { TaskDefinition: !Ref WebTask, LoadBalancers: [{ ContainerName: web, ContainerPort: 80 }] }
        WebTask:
          Type: AWS::ECS::TaskDefinition
          Properties: { ContainerDefinitions: [{ Name: web }] }
        Lattice:
          Type: AWS::ECS::Service
          Properties: { TaskDefinition: !Ref WebTask, VpcLatticeConfigurations: [{ PortName: web }] }
        Sometimes:
          Type: AWS::ECS::Service
          Properties: { TaskDefinition: !If [Web, !Ref WebTask, !Ref WorkerTask] }
        Others:
          Type: AWS::ECS::Service
          Properties: { TaskDefinition: !Ref TaskArn }
      `,
    ],
    bad: [
      `
      Resources:
        Worker: # finding
          Type: AWS::ECS::Service
          Properties: { TaskDefinition: !Ref Task }
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties: { ContainerDefinitions: [{ Name: worker }] }
      `,
    ],
  },
});
