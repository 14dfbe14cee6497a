import { snapshotTypes, statefulTypes } from '../aws/stateful-types.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { resourceStandard } from '../standard.ts';

const ATTRIBUTES = [
  { name: 'DeletionPolicy', retains: 'RetainExceptOnCreate', happening: 'deletion' },
  { name: 'UpdateReplacePolicy', retains: 'Retain', happening: 'replacement' },
] as const;

export default resourceStandard({
  name: 'data-retained',
  number: 8,
  title: 'What holds data survives its deletion and its replacement',
  why: 'Without both policies a renamed property or a deleted stack takes the data with it.',
  remedy:
    'Write DeletionPolicy: RetainExceptOnCreate and UpdateReplacePolicy: Retain, or Snapshot for both, without functions',
  source: 'CloudFormation User Guide, "DeletionPolicy attribute" and "UpdateReplacePolicy attribute"',
  peers: 'cfn-lint I3011 and W3011 accept Delete, and Retain, which leaves rubble after a failed creation',
  audience: 'house',
  severity: 'error',
  applies: statefulTypes,
  *check({ resource, template }) {
    if (isSpare(resource, template)) return;
    for (const { name, retains, happening } of ATTRIBUTES)
      for (const policy of resource.attribute(name)) {
        if (policy.is(retains) || (policy.is('Snapshot') && snapshotTypes.has(resource.type))) continue;
        const what = policy.text === undefined ? 'It does not say' : `${policy.text} is no answer to`;
        yield { at: policy, message: `${what} what becomes of the data on ${happening}` };
      }
  },
  examples: {
    good: [
      `
      Resources:
        Data:
          Type: AWS::S3::Bucket
          DeletionPolicy: RetainExceptOnCreate
          UpdateReplacePolicy: Retain
        Database:
          Type: AWS::RDS::DBCluster
          DeletionPolicy: Snapshot
          UpdateReplacePolicy: Snapshot
        Replica:
          Type: AWS::RDS::DBInstance
          Properties: { DBClusterIdentifier: !Ref Database }
        Function:
          Type: AWS::Lambda::Function
          Properties:
            LoggingConfig: { LogGroup: !Ref FunctionLogs }
        FunctionLogs:
          Type: AWS::Logs::LogGroup
          DeletionPolicy: Delete
          UpdateReplacePolicy: Delete
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Other: { Type: AWS::Lambda::Function }
        Function:
          Type: AWS::Lambda::Function
          Properties: { LoggingConfig: { LogGroup: !If [Here, !Ref Logs, !ImportValue logs] } }
        Logs: { Type: AWS::Logs::LogGroup }
      `,
    ],
    bad: [
      `
      Resources:
        Data:
          Type: AWS::S3::Bucket
          DeletionPolicy: Retain # finding
          UpdateReplacePolicy: Retain
        Queue: # finding
          Type: AWS::SQS::Queue
          DeletionPolicy: RetainExceptOnCreate
        Files:
          Type: AWS::EFS::FileSystem
          DeletionPolicy: Snapshot # finding
          UpdateReplacePolicy: Retain
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Database: # finding: It does not say what becomes of the data on replacement
          Type: AWS::RDS::DBInstance
          DeletionPolicy: Snapshot
          Properties: { DBClusterIdentifier: !If [Here, cluster, !Ref AWS::NoValue] }
        Files:
          Type: AWS::EFS::FileSystem
          DeletionPolicy: Delete # finding: Delete is no answer to what becomes of the data on deletion
          UpdateReplacePolicy: Retain
          Properties: { Subject: !Ref Logs }
        Logs:
          Type: AWS::Logs::LogGroup
          DeletionPolicy: RetainExceptOnCreate
          UpdateReplacePolicy: !If [Here, Delete, Retain] # finding: Delete is no answer
        Function:
          Type: AWS::Lambda::Function
          Properties: { LoggingConfig: { LogGroup: !Ref Files } }
      `,
    ],
  },
});

/** What others hold: an instance of a cluster has no data of its own, and a function says the same again. */
function isSpare(resource: Resource, template: Template): boolean {
  if (resource.type === 'AWS::RDS::DBInstance')
    return resource.values('DBClusterIdentifier').every(({ isAbsent }) => !isAbsent);
  if (resource.type !== 'AWS::Logs::LogGroup') return false;
  return template
    .ofType('AWS::Lambda::Function')
    .some((made) => made.values('LoggingConfig.LogGroup').some((group) => template.referred(group) === resource));
}
