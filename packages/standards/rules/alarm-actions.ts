import { actionsOf, alarmTypes } from '../aws/alarms.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { scalarsOf } from '../reading/node.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'alarm-actions',
  number: 51,
  title: 'An alarm tells somebody',
  why: 'An alarm without an action rings in a console at which nobody looks.',
  remedy: 'Give AlarmActions a topic, and leave ActionsEnabled on',
  source: 'CloudWatch User Guide, "Using Amazon CloudWatch alarms", Alarm actions',
  peers: 'cdk-nag CloudWatchAlarmAction counts a list that is always empty, and knows no alarm that is part of another',
  audience: 'everyone',
  severity: 'warning',
  applies: alarmTypes,
  *check({ resource, template }) {
    if (isHeard(resource, template)) return;
    if (actionsOf(resource).length === 0) yield { at: resource, message: 'The alarm tells nobody' };
    else
      for (const enabled of resource.values('ActionsEnabled'))
        if (enabled.is('false')) yield { at: enabled, message: 'The alarm tells nobody: its actions are off' };
  },
  examples: {
    good: [
      `
      Parameters:
        Topics: { Type: CommaDelimitedList, Default: '' }
      Conditions:
        HasTopics: !Not [!Equals [!Join ['', !Ref Topics], '']]
      Resources:
        Full:
          Type: AWS::CloudWatch::Alarm
          Properties: { AlarmActions: !If [HasTopics, !Ref Topics, !Ref AWS::NoValue] }
        Recovers:
          Type: AWS::CloudWatch::Alarm
          Properties: { AlarmActions: [], OKActions: [!Ref Topic] }
        Part:
          Type: AWS::CloudWatch::Alarm
        Named:
          Type: AWS::CloudWatch::Alarm
          Properties: { AlarmName: named }
        Whole:
          Type: AWS::CloudWatch::CompositeAlarm
          Properties: { AlarmRule: !Sub 'ALARM(\${Part}) OR ALARM("named")', AlarmActions: [!Ref Topic] }
        Topic: { Type: AWS::SNS::Topic }
        Passed: { Type: AWS::CloudWatch::Alarm }
      Outputs:
        Alarm: { Value: !GetAtt Passed.Arn }
      `,
      `
      Resources:
        Heard: { Type: AWS::CloudWatch::Alarm }
        Servers:
          Type: AWS::Events::Rule
          Properties: { EventPattern: { source: [aws.ec2] } }
        Alarms:
          Type: AWS::Events::Rule
          Properties: { EventPattern: { source: [aws.cloudwatch], detail-type: [CloudWatch Alarm State Change] } }
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Named: { Type: AWS::CloudWatch::Alarm, Properties: { AlarmName: named } }
        Passed: { Type: AWS::CloudWatch::Alarm }
        First:
          Type: AWS::CloudWatch::CompositeAlarm
          Properties: { AlarmRule: ALARM(other), AlarmActions: [!Ref Topic] }
        Second:
          Type: AWS::CloudWatch::CompositeAlarm
          Properties: { AlarmRule: ALARM(named), AlarmActions: [!Ref Topic] }
        Topic: { Type: AWS::SNS::Topic }
      Outputs:
        Topic: { Value: !Ref Topic }
        Alarm: { Value: !If [Here, !GetAtt Passed.Arn, ''] }
      `,
      `
      Resources:
        Unsure:
          Type: AWS::CloudWatch::Alarm
          Properties: { InsufficientDataActions: ['arn:aws:sns:eu-west-1:111122223333:alarms'] }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::CloudWatch::Alarm
        Empty: # finding
          Type: AWS::CloudWatch::CompositeAlarm
          Properties: { AlarmActions: [], AlarmRule: ALARM(other) }
        Muted:
          Type: AWS::CloudWatch::Alarm
          Properties:
            AlarmActions: [!Ref Topic]
            ActionsEnabled: false # finding
        Topic: { Type: AWS::SNS::Topic }
      `,
      `
      Resources:
        Silent: # finding
          Type: AWS::CloudWatch::Alarm
        Named: # finding
          Type: AWS::CloudWatch::Alarm
          Properties: { AlarmName: named }
        Part: { Type: AWS::CloudWatch::Alarm }
        Whole:
          Type: AWS::CloudWatch::CompositeAlarm
          Properties: { AlarmRule: !Sub 'ALARM(\${Part})', AlarmActions: [!Ref Topic] }
        Topic: { Type: AWS::SNS::Topic }
        Empty: { Type: AWS::Events::Rule }
        Servers:
          Type: AWS::Events::Rule
          Properties: { EventPattern: { source: [aws.ec2] } }
        Events:
          Type: AWS::SNS::Subscription
          Properties: { FilterPolicy: { source: [aws.cloudwatch] } }
      Outputs:
        Topic: { Value: !Ref Topic }
      `,
    ],
  },
});

/** Whether something else may act on the alarm: what names it, an output's reader, or a rule for all alarms. */
function isHeard(alarm: Resource, template: Template): boolean {
  if (!template.isComplete || template.referrers(alarm).length > 0) return true;
  const names = alarm.values('AlarmName').flatMap(({ text }) => text ?? []);
  const rules = template.ofType('AWS::CloudWatch::CompositeAlarm').flatMap((whole) => whole.values('AlarmRule'));
  if (
    rules.some(({ parts }) =>
      names.some((name) => parts.some((part) => typeof part === 'string' && part.includes(name))),
    )
  )
    return true;
  const outputs = [...(template.section('Outputs')?.entries.values() ?? [])];
  if (
    outputs.some((output) =>
      template.valuesOf(output).some((one) => one.values('Value').some((value) => value.mentions(alarm.logicalId))),
    )
  )
    return true;
  return template
    .ofType('AWS::Events::Rule')
    .some(({ properties }) => properties && [...scalarsOf(properties)].some(({ text }) => text === 'aws.cloudwatch'));
}
