import { logGroupsOf, readersOf } from '../aws/function-logs.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'no-log-loop',
  number: 40,
  title: 'No function reads its own log',
  why: 'Each line that it writes calls it again, and each call writes lines: it runs for ever, and costs so.',
  remedy: "Subscribe the log groups of other functions, and leave out the pipeline's own",
  source: 'CloudWatch Logs User Guide, "Real-time processing of log data with subscriptions"',
  peers: 'none',
  audience: 'everyone',
  severity: 'error',
  applies: ['AWS::Logs::SubscriptionFilter'],
  *check({ resource, template }) {
    // A pattern may keep its lines out.
    if (!resource.values('FilterPattern').every((pattern) => pattern.isAbsent || pattern.is(''))) return;
    for (const named of resource.values('LogGroupName')) {
      const group = template.referred(named);
      if (!group) continue;
      const destinations = resource.values('DestinationArn', named.when).flatMap((arn) => template.referred(arn) ?? []);
      const readers = new Set(destinations.flatMap((destination) => readersOf(destination, template)));
      for (const reader of readers)
        if (logGroupsOf(reader, template).includes(group))
          yield { at: named, message: `${reader.logicalId} reads the log that it writes` };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Reader: { Type: AWS::Lambda::Function, Properties: { LoggingConfig: { LogGroup: !Ref ReaderLogs } } }
        ReaderLogs: { Type: AWS::Logs::LogGroup }
        OtherLogs: { Type: AWS::Logs::LogGroup }
        Others:
          Type: AWS::Logs::SubscriptionFilter
          Properties: { LogGroupName: !Ref OtherLogs, DestinationArn: !GetAtt Reader.Arn, FilterPattern: '' }
        Chosen:
          Type: AWS::Logs::SubscriptionFilter
          Properties: { LogGroupName: !Ref ReaderLogs, DestinationArn: !GetAtt Reader.Arn, FilterPattern: ERROR }
        Stream: { Type: AWS::Kinesis::Stream }
        NobodyReads:
          Type: AWS::Logs::SubscriptionFilter
          Properties: { LogGroupName: !Ref ReaderLogs, DestinationArn: !GetAtt Stream.Arn, FilterPattern: '' }
        Elsewhere:
          Type: AWS::Logs::SubscriptionFilter
          Properties: { LogGroupName: !Ref ReaderLogs, DestinationArn: !Ref GivenArn, FilterPattern: '' }
        Forward:
          Type: AWS::Logs::SubscriptionFilter
          Properties: { LogGroupName: !Ref ReaderLogs, DestinationArn: !GetAtt Destination.Arn, FilterPattern: '' }
        Destination: { Type: AWS::Logs::Destination, Properties: { TargetArn: !GetAtt Destination.Arn } }
      Parameters:
        GivenArn: { Type: String }
      `,
    ],
    bad: [
      `
      Resources:
        Reader: { Type: AWS::Lambda::Function, Properties: { LoggingConfig: { LogGroup: !Ref ReaderLogs } } }
        ReaderLogs: { Type: AWS::Logs::LogGroup }
        Direct:
          Type: AWS::Logs::SubscriptionFilter
          Properties:
            LogGroupName: !Ref ReaderLogs # finding
            DestinationArn: !GetAtt Reader.Arn
            FilterPattern: ''
        Named:
          Type: AWS::Logs::SubscriptionFilter
          Properties:
            LogGroupName: !Ref ReaderLogs # finding
            DestinationArn: !Ref Live
        Live: { Type: AWS::Lambda::Alias, Properties: { FunctionName: !Ref Reader, Name: live } }
        Stream: { Type: AWS::Kinesis::Stream }
        Reads:
          Type: AWS::Lambda::EventSourceMapping
          Properties: { EventSourceArn: !GetAtt Stream.Arn, FunctionName: !Ref Classic }
        Classic: { Type: AWS::Lambda::Function }
        ClassicLogs: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: !Sub '/aws/lambda/\${Classic}' } }
        ByStream:
          Type: AWS::Logs::SubscriptionFilter
          Properties:
            LogGroupName: !Ref ClassicLogs # finding
            DestinationArn: !GetAtt Stream.Arn
            FilterPattern: ''
        ByDestination:
          Type: AWS::Logs::SubscriptionFilter
          Properties:
            LogGroupName: !Ref ClassicLogs # finding
            DestinationArn: !GetAtt Destination.Arn
            FilterPattern: ''
        Destination: { Type: AWS::Logs::Destination, Properties: { TargetArn: !GetAtt Stream.Arn } }
        ByDelivery:
          Type: AWS::Logs::SubscriptionFilter
          Properties:
            LogGroupName: !Ref ReaderLogs # finding
            DestinationArn: !GetAtt Delivery.Arn
            FilterPattern: ''
        Delivery:
          Type: AWS::KinesisFirehose::DeliveryStream
          Properties:
            ExtendedS3DestinationConfiguration:
              ProcessingConfiguration:
                Enabled: true
                Processors:
                  - Type: Lambda
                    Parameters: [{ ParameterName: LambdaArn, ParameterValue: !GetAtt Reader.Arn }]
      `,
    ],
  },
});
