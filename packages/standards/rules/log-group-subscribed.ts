import { logGroupsOf, readersOf } from '../aws/function-logs.ts';
import { faceOf } from '../catalogue/wiring.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { type Found, resourceStandard } from '../standard.ts';

/** The tag by which a store of logs knows whose events go to its stream. */
const TAG = 'bitclouded:logs';
/** The output of the store that is its stream, as parameters that take it are called. */
const LOG_STREAM = 'LogStreamArn';

export default resourceStandard({
  name: 'log-group-subscribed',
  number: 40,
  title: 'What a function logs goes to the stream of logs where there is one; what reads the stream stays out',
  why: 'Logs that nobody subscribes are searched group by group; a reader that is subscribed feeds itself for ever.',
  remedy: `Give the log group the tag ${TAG}, or a subscription; give a reader of the stream neither`,
  source: 'CloudWatch Logs User Guide, "Real-time processing of log data with subscriptions"',
  peers: 'none: the tag is of this catalogue',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::Lambda::Function'],
  *check({ resource, template }) {
    const isReader = readsLogStream(resource, template);
    // Who subscribes groups tells in its own log whom it subscribed.
    if (!isReader && subscribes(resource, template)) return;
    for (const group of logGroupsOf(resource, template)) yield* isReader ? fed(group) : leftOut(group, template);
  },
  examples: {
    good: [
      `
      Metadata:
        BitClouded:
          Template: analytics/pipeline
          Wiring: { LogStreamArn: { From: analytics/store, Output: LogStreamArn, Grade: required } }
      Parameters:
        LogStreamArn: { Type: String }
        Governed: { Type: String }
      Resources:
        Tagged: { Type: AWS::Lambda::Function, Properties: { LoggingConfig: { LogGroup: !Ref TaggedLogs } } }
        TaggedLogs: { Type: AWS::Logs::LogGroup, Properties: { Tags: [{ Key: 'bitclouded:logs', Value: governed }] } }
        Subscribed: { Type: AWS::Lambda::Function, Properties: { LoggingConfig: { LogGroup: !Ref SubscribedLogs } } }
        SubscribedLogs: { Type: AWS::Logs::LogGroup }
        Filter:
          Type: AWS::Logs::SubscriptionFilter
          Properties: { LogGroupName: !Ref SubscribedLogs, DestinationArn: !Ref LogStreamArn }
        Open: { Type: AWS::Lambda::Function, Properties: { LoggingConfig: { LogGroup: !Ref OpenLogs } } }
        OpenLogs: { Type: AWS::Logs::LogGroup, Properties: { Tags: [{ Key: !Ref Governed, Value: governed }] } }
        Reader: { Type: AWS::Lambda::Function, Properties: { LoggingConfig: { LogGroup: !Ref ReaderLogs } } }
        ReaderLogs: { Type: AWS::Logs::LogGroup, Properties: { Tags: [{ Key: team, Value: logs }] } }
        Reads:
          Type: AWS::Lambda::EventSourceMapping
          Properties: { EventSourceArn: !Ref LogStreamArn, FunctionName: !Ref Reader }
        Governor:
          Type: AWS::Lambda::Function
          Properties: { Role: !GetAtt GovernorRole.Arn, LoggingConfig: { LogGroup: !Ref GovernorLogs } }
        GovernorLogs: { Type: AWS::Logs::LogGroup }
        GovernorRole:
          Type: AWS::IAM::Role
          Properties:
            Policies:
              - PolicyDocument: { Statement: [{ Effect: Allow, Action: 'logs:PutSubscriptionFilter', Resource: '*' }] }
        Elsewhere: { Type: AWS::Lambda::Function, Properties: { LoggingConfig: { LogGroup: !Ref Governed } } }
      `,
    ],
    bad: [
      `
      Metadata:
        BitClouded:
          Template: analytics/pipeline
          Wiring: { LogStreamArn: { From: analytics/store, Output: LogStreamArn, Grade: required } }
      Parameters:
        LogStreamArn: { Type: String }
      Resources:
        Alone: { Type: AWS::Lambda::Function, Properties: { LoggingConfig: { LogGroup: !Ref AloneLogs } } }
        AloneLogs: # finding
          Type: AWS::Logs::LogGroup
          Properties: { Tags: [{ Key: team, Value: web }] }
        Reader: { Type: AWS::Lambda::Function, Properties: { LoggingConfig: { LogGroup: !Ref ReaderLogs } } }
        ReaderLogs:
          Type: AWS::Logs::LogGroup
          Properties:
            Tags:
              - Key: bitclouded:logs # finding
                Value: governed
        Reads:
          Type: AWS::Lambda::EventSourceMapping
          Properties: { EventSourceArn: !Ref LogStreamArn, FunctionName: !Ref Reader }
        Second: { Type: AWS::Lambda::Function, Properties: { LoggingConfig: { LogGroup: !Ref SecondLogs } } }
        SecondLogs:
          Type: AWS::Logs::LogGroup
          Properties:
            Tags:
              - { Key: 'bitclouded:logs', Value: governed } # finding
        Stream: { Type: AWS::Kinesis::Stream }
        Feeds:
          Type: AWS::Logs::SubscriptionFilter
          Properties: { LogGroupName: /some/group, DestinationArn: !GetAtt Stream.Arn }
        ReadsOwn:
          Type: AWS::Lambda::EventSourceMapping
          Properties: { EventSourceArn: !GetAtt Stream.Arn, FunctionName: !GetAtt Second.Arn }
      `,
    ],
  },
});

function* leftOut(group: Resource, template: Template): Generator<Found> {
  const keys = group.values('Tags.*.Key');
  if (keys.some((key) => !key.isNot(TAG)) || !template.isComplete) return;
  const isFiltered = template.referrers(group).some(({ type }) => type === 'AWS::Logs::SubscriptionFilter');
  if (!isFiltered) yield { at: group, resource: group, message: 'The log group is left out of the stream of logs' };
}

function* fed(group: Resource): Generator<Found> {
  for (const key of group.values('Tags.*.Key'))
    if (key.is(TAG)) yield { at: key, resource: group, message: 'The function reads the stream that its log goes to' };
}

/** Whether a function gets the events of log groups: of the catalogue's stream, or of one that groups are subscribed to. */
function readsLogStream(made: Resource, template: Template): boolean {
  const wires = faceOf(template)?.wires ?? [];
  const parameters = wires.filter(({ output }) => output?.text === LOG_STREAM).map(({ parameter }) => parameter.text);
  const readsParameter = template
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter((mapping) => mapping.values('FunctionName').some((name) => template.referred(name) === made))
    .flatMap((mapping) => mapping.values('EventSourceArn'))
    .some((arn) => parameters.some((parameter) => arn.mentions(parameter)));
  if (readsParameter) return true;
  return template
    .ofType('AWS::Logs::SubscriptionFilter')
    .flatMap((filter) => filter.values('DestinationArn'))
    .flatMap((arn) => template.referred(arn) ?? [])
    .some((destination) => readersOf(destination, template).includes(made));
}

/** Whether a function's own role lets it subscribe log groups. */
function subscribes(made: Resource, template: Template): boolean {
  return made
    .values('Role')
    .flatMap((role) => template.referred(role) ?? [])
    .flatMap((role) => role.values('Policies.*.PolicyDocument.Statement.*.Action.*'))
    .some((action) => action.is('logs:PutSubscriptionFilter'));
}
