import { actionsOf, alarmTypes } from '../aws/alarms.ts';
import { isAllow, resourceStatements } from '../aws/statements.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { mayStandTogether } from '../model/together.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

const CLOUDWATCH = 'cloudwatch.amazonaws.com';

export default resourceStandard({
  name: 'alarm-topic-key',
  number: 1,
  title: 'An alarm can use the key of the topic that it publishes to',
  why: 'CloudWatch may not use the key alias/aws/sns, nor one whose policy does not let it: the alarm is lost in silence.',
  remedy:
    'Encrypt the topic with a key of your own that lets cloudwatch.amazonaws.com call kms:Decrypt and kms:GenerateDataKey*',
  source: 'SNS Developer Guide, "Managing Amazon SNS encryption keys and costs"',
  peers: 'none: cdk-nag SNSEncryptedKMS is content with any key',
  audience: 'everyone',
  severity: 'error',
  applies: ['AWS::SNS::Topic'],
  *check({ resource, template }) {
    for (const key of resource.values('KmsMasterKeyId')) {
      if (!alarmsMayPublish(resource, key, template)) continue;
      if (/^(?:arn:.*:)?alias\/aws\/sns$/.test(key.text ?? ''))
        yield { at: key, message: 'CloudWatch may not use alias/aws/sns: alarms never reach the topic' };
      const own = template.referred(key);
      if (own?.type === 'AWS::KMS::Key' && !letsCloudWatchIn(own))
        yield {
          at: key,
          message: `The policy of ${own.logicalId} does not let CloudWatch in: alarms never reach the topic`,
        };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        KeyArn: { Type: String, Default: '' }
      Conditions:
        HasKey: !Not [!Equals [!Ref KeyArn, '']]
      Resources:
        Alerts:
          Type: AWS::SNS::Topic
          Properties: { KmsMasterKeyId: !If [HasKey, !Ref KeyArn, alias/aws/sns] }
        Alarm:
          Type: AWS::CloudWatch::Alarm
          Condition: HasKey
          Properties: { AlarmActions: [!Ref Alerts] }
        Orders:
          Type: AWS::SNS::Topic
          Properties: { KmsMasterKeyId: alias/aws/sns }
        Pages:
          Type: AWS::SNS::Topic
          Properties: { KmsMasterKeyId: !Ref Key }
        Other:
          Type: AWS::CloudWatch::Alarm
          Properties: { OKActions: [!Ref Pages] }
        Key:
          Type: AWS::KMS::Key
          Properties:
            KeyPolicy:
              Statement:
                - { Effect: Allow, Principal: { Service: [cloudwatch.amazonaws.com] }, Action: 'kms:*', Resource: '*' }
      `,
      `
      Parameters:
        Whoever: { Type: String }
      Resources:
        Alarm:
          Type: AWS::CloudWatch::Alarm
          Properties: { AlarmActions: [!Ref Silent, !Ref Unknown, !Ref Everybody, !Ref All, !Ref Chosen, !Ref Own] }
        Own: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: alias/aws/sns-alarms } }
        Silent: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: !Ref SilentKey } }
        SilentKey: { Type: AWS::KMS::Key }
        Unknown: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: !Ref UnknownKey } }
        UnknownKey: { Type: AWS::KMS::Key, Properties: { KeyPolicy: { Statement: [!ImportValue statement] } } }
        Everybody: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: !Ref EverybodyKey } }
        EverybodyKey:
          Type: AWS::KMS::Key
          Properties: { KeyPolicy: { Statement: [{ Effect: Allow, Principal: '*', Action: 'kms:*' }] } }
        All: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: !Ref AllKey } }
        AllKey:
          Type: AWS::KMS::Key
          Properties: { KeyPolicy: { Statement: [{ Effect: Allow, Principal: { AWS: ['*'] }, Action: 'kms:*' }] } }
        Chosen: { Type: AWS::SNS::Topic, Properties: { KmsMasterKeyId: !Ref ChosenKey } }
        ChosenKey:
          Type: AWS::KMS::Key
          Properties:
            KeyPolicy:
              Statement:
                - { Effect: Allow, Principal: { Service: sns.amazonaws.com }, Action: 'kms:*' }
                - { Effect: Allow, Principal: { Service: !Ref Whoever }, Action: 'kms:*' }
      `,
    ],
    bad: [
      `
      Parameters:
        KeyArn: { Type: String, Default: '' }
      Conditions:
        HasKey: !Not [!Equals [!Ref KeyArn, '']]
      Resources:
        Alerts:
          Type: AWS::SNS::Topic
          Properties:
            KmsMasterKeyId: !If
              - HasKey
              - !Ref KeyArn
              - alias/aws/sns # finding
        Alarm:
          Type: AWS::CloudWatch::Alarm
          Properties: { AlarmActions: [!Ref Alerts] }
        Pages:
          Type: AWS::SNS::Topic
          Properties:
            KmsMasterKeyId: !Ref Key # finding
        Other:
          Type: AWS::CloudWatch::CompositeAlarm
          Properties: { AlarmActions: !Ref Pages, AlarmRule: ALARM(x) }
        Key:
          Type: AWS::KMS::Key
          Properties:
            KeyPolicy:
              Statement:
                - Effect: Allow
                  Principal: { AWS: !Sub 'arn:aws:iam::\${AWS::AccountId}:root' }
                  Action: kms:*
                  Resource: '*'
      `,
      `
      Resources:
        Alarm:
          Type: AWS::CloudWatch::Alarm
          Properties: { AlarmActions: [!Ref Managed, !Ref Denied] }
        Managed:
          Type: AWS::SNS::Topic
          Properties:
            KmsMasterKeyId: arn:aws:kms:eu-west-1:111122223333:alias/aws/sns # finding
        Denied:
          Type: AWS::SNS::Topic
          Properties:
            KmsMasterKeyId: !Ref Key # finding
        Key:
          Type: AWS::KMS::Key
          Properties:
            KeyPolicy:
              Statement:
                - { Effect: Deny, Principal: { Service: cloudwatch.amazonaws.com }, Action: 'kms:*' }
                - { Effect: Allow, Principal: { Service: sns.amazonaws.com, AWS: '111122223333' }, Action: 'kms:*' }
      `,
    ],
  },
});

/** Whether an alarm of the template publishes to the topic where it has this key. */
function alarmsMayPublish(topic: Resource, key: Value, template: Template): boolean {
  return template
    .ofType(...alarmTypes)
    .filter((alarm) => mayStandTogether(alarm.when, key.when))
    .some((alarm) => actionsOf(alarm, key.when).some((action) => template.referred(action) === topic));
}

/** Whether a key's policy lets CloudWatch in, or may do so. The account's own principal does not: a service is no part of it. */
function letsCloudWatchIn(key: Resource): boolean {
  const statements = resourceStatements(key);
  if (statements.length === 0) return true;
  return statements.some((statement) => {
    if (statement.kind !== 'map') return true;
    if (!isAllow(statement)) return false;
    const principals = statement.values('Principal');
    const named = principals.flatMap((principal) =>
      principal.kind === 'map' ? principal.values('Service.*') : [principal],
    );
    const everybody = principals.flatMap((principal) => principal.values('AWS.*')).filter((who) => who.is('*'));
    return everybody.length > 0 || named.some((who) => who.text === undefined || who.is('*', CLOUDWATCH));
  });
}
