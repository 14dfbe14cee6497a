import { takesAccessLogs } from '../aws/log-targets.ts';
import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'bucket-access-logs',
  number: 16,
  title: 'A bucket logs who reads and writes it, under a prefix of its own',
  why: 'Without access logs nobody can say afterwards who took what.',
  remedy: "Give it a LoggingConfiguration with LogFilePrefix: !Sub '${AWS::StackName}-<logical id>/'",
  source: 'S3 User Guide, "Logging requests with server access logging"',
  peers: 'cdk-nag S3BucketLoggingEnabled knows no prefix and excuses only buckets that cdk-nag sees named',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::S3::Bucket'],
  *check({ resource, template }) {
    const targets = resource.values('LoggingConfiguration.DestinationBucketName');
    // A bucket for access logs that logged itself would write for ever; the last one logs nowhere.
    if (targets.every(({ isAbsent }) => isAbsent)) {
      if (!takesAccessLogs(resource, template)) yield { at: targets[0]!, message: 'The bucket has no access logs' };
      return;
    }
    for (const prefix of resource.values('LoggingConfiguration.LogFilePrefix'))
      if (!prefix.isAbsent && isOther(prefix, resource))
        yield { at: prefix, message: `The prefix is not <stack>-${resource.logicalId}/` };
      else if (
        prefix.isAbsent &&
        resource.values('LoggingConfiguration', prefix.when).some(({ kind }) => kind === 'map')
      )
        yield { at: prefix, message: 'The access logs have no prefix of their own' };
  },
  examples: {
    good: [
      `
      Parameters:
        LogBucket: { Type: String, Default: '' }
      Conditions:
        Logs: !Not [!Equals [!Ref LogBucket, '']]
      Resources:
        Data:
          Type: AWS::S3::Bucket
          Properties:
            LoggingConfiguration: !If
              - Logs
              - { DestinationBucketName: !Ref LogBucket, LogFilePrefix: !Sub '\${AWS::StackName}-Data/' }
              - !Ref AWS::NoValue
        Others:
          Type: AWS::S3::Bucket
          Properties:
            LoggingConfiguration: { DestinationBucketName: !Ref Sink, LogFilePrefix: !Sub '\${AWS::StackName}-Others/' }
        Sink: { Type: AWS::S3::Bucket }
      `,
      `
      Parameters:
        LogBucket: { Type: String }
        LogPrefix: { Type: String }
      Resources:
        Data:
          Type: AWS::S3::Bucket
          Properties: { LoggingConfiguration: { DestinationBucketName: !Ref LogBucket, LogFilePrefix: !Ref LogPrefix } }
        Sealed:
          Type: AWS::S3::Bucket
          Properties: { LoggingConfiguration: { DestinationBucketName: !Ref LogBucket, LogFilePrefix: !ImportValue prefix } }
      `,
    ],
    bad: [
      `
      Parameters:
        LogBucket: { Type: String }
      Resources:
        Data: # finding
          Type: AWS::S3::Bucket
        Other:
          Type: AWS::S3::Bucket
          Properties:
            LoggingConfiguration:
              DestinationBucketName: !Ref LogBucket
              LogFilePrefix: logs/ # finding
        Third:
          Type: AWS::S3::Bucket
          Properties:
            LoggingConfiguration: # finding
              DestinationBucketName: !Ref LogBucket
      `,
      `
      Parameters:
        LogBucket: { Type: String }
      Resources:
        Data:
          Type: AWS::S3::Bucket
          Properties:
            LoggingConfiguration:
              DestinationBucketName: !Ref LogBucket
              LogFilePrefix: !Sub '\${AWS::Region}-Data/' # finding
        Other:
          Type: AWS::S3::Bucket
          Properties:
            LoggingConfiguration:
              DestinationBucketName: !Ref LogBucket
              LogFilePrefix: !Sub '\${AWS::StackName}-Data/' # finding
        Third:
          Type: AWS::S3::Bucket
          Properties:
            LoggingConfiguration:
              DestinationBucketName: !Ref LogBucket
              LogFilePrefix: !Sub '\${AWS::StackName}-Third/\${AWS::Region}' # finding
      `,
    ],
  },
});

function isOther(prefix: Value, bucket: Resource): boolean {
  const [stack, rest, ...more] = prefix.parts;
  if (prefix.kind !== 'text') return false;
  const namesStack = typeof stack === 'object' && stack.target === 'AWS::StackName';
  return !namesStack || rest !== `-${bucket.logicalId}/` || more.length > 0;
}
