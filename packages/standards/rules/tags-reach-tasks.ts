import { resourceStandard } from '../standard.ts';

/** Where each type that starts tasks says whose tags they get. */
const STARTED: Readonly<Record<string, string>> = {
  'AWS::ECS::Service': '',
  'AWS::Events::Rule': 'Targets.*.EcsParameters',
  'AWS::Scheduler::Schedule': 'Target.EcsParameters',
};

export default resourceStandard({
  name: 'tags-reach-tasks',
  number: 58,
  title: 'Tasks carry the tags of what starts them',
  why: 'A service costs nothing, its tasks do; without tags the bill has one line for all of them.',
  remedy: 'Set PropagateTags: SERVICE on a service, and TASK_DEFINITION on scheduled tasks',
  source: 'ECS Developer Guide, "Tagging Amazon ECS resources"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: Object.keys(STARTED),
  *check({ resource }) {
    const path = STARTED[resource.type]!;
    for (const started of path === '' ? resource.attribute('Properties') : resource.values(path)) {
      if (path !== '' && started.kind !== 'map') continue;
      for (const tags of started.values('PropagateTags'))
        if (tags.isNot('SERVICE', 'TASK_DEFINITION')) yield { at: tags, message: 'Its tasks have no tags' };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Web: { Type: AWS::ECS::Service, Properties: { PropagateTags: SERVICE } }
        Nightly:
          Type: AWS::Events::Rule
          Properties:
            Targets:
              - { Id: task, Arn: cluster, EcsParameters: { TaskDefinitionArn: task, PropagateTags: TASK_DEFINITION } }
              - { Id: function, Arn: function }
        Hourly:
          Type: AWS::Scheduler::Schedule
          Properties: { Target: { Arn: function, RoleArn: role } }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::ECS::Service
        Web:
          Type: AWS::ECS::Service
          Properties:
            PropagateTags: NONE # finding
        Nightly:
          Type: AWS::Events::Rule
          Properties:
            Targets:
              - Id: task
                EcsParameters: # finding
                  TaskDefinitionArn: task
        Hourly:
          Type: AWS::Scheduler::Schedule
          Properties:
            Target:
              EcsParameters: # finding
                TaskDefinitionArn: task
      `,
    ],
  },
});
