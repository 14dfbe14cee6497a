import { physicalNames } from '../aws/physical-names.ts';
import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'no-physical-names',
  number: 14,
  title: 'CloudFormation makes the names',
  why: 'A resource with a name cannot be replaced or stand twice in an account, so an update that must replace it fails.',
  remedy: 'Leave the name out and pass on what Ref and Fn::GetAtt give',
  source: 'CloudFormation User Guide, "Name type"',
  peers: 'none: the linters check how a name is formed, not that it is there',
  audience: 'house',
  severity: 'warning',
  applies: [...physicalNames.keys()],
  *check({ resource }) {
    for (const name of resource.values(physicalNames.get(resource.type)!))
      if (!name.isAbsent && !isAllowed(resource, name))
        yield { at: name, message: 'The resource has a name of its own' };
  },
  examples: {
    good: [
      `
      Resources:
        Data: { Type: AWS::S3::Bucket }
        Artifacts:
          Type: AWS::S3::Bucket
          Properties: { BucketNamePrefix: !Ref Prefix, BucketNamespace: account-regional }
        FirewallLogs:
          Type: AWS::Logs::LogGroup
          Properties: { LogGroupName: !Sub 'aws-waf-logs-\${AWS::StackName}' }
      Parameters:
        Prefix: { Type: String }
      `,
      `
      Resources:
        FirewallLogs:
          Type: AWS::S3::Bucket
          Properties: { BucketName: aws-waf-logs-web }
      `,
    ],
    bad: [
      `
      Parameters:
        Name: { Type: String }
      Resources:
        Data:
          Type: AWS::S3::Bucket
          Properties:
            BucketName: my-data # finding
        Table:
          Type: AWS::DynamoDB::Table
          Properties:
            TableName: !Ref Name # finding
        Role:
          Type: AWS::IAM::Role
          Properties:
            RoleName: !Sub '\${AWS::StackName}-role' # finding
      `,
      `
      Parameters:
        Prefix: { Type: String }
      Resources:
        Queue:
          Type: AWS::SQS::Queue
          Properties:
            QueueName: aws-waf-logs-queue # finding
        Logs:
          Type: AWS::Logs::LogGroup
          Properties:
            LogGroupName: !Sub '\${Prefix}-aws-waf-logs-' # finding
      `,
    ],
  },
});

/** AWS WAF writes its logs only to names that begin so. Source: WAF Developer Guide, "Logging AWS WAF protection pack". */
function isAllowed(resource: Resource, name: Value): boolean {
  if (resource.type !== 'AWS::Logs::LogGroup' && resource.type !== 'AWS::S3::Bucket') return false;
  const [first] = name.parts;
  return typeof first === 'string' && first.startsWith('aws-waf-logs-');
}
