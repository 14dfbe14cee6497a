import { isPartOrCopy } from '../aws/databases.ts';
import { lacksTag } from '../aws/tags.ts';
import { resourceStandard } from '../standard.ts';

const TAG = 'bitclouded:backup';

/** What AWS Backup can back up. Source: AWS Backup Developer Guide, GetSupportedResourceTypes. */
const TYPES = [
  'AWS::DocDB::DBCluster',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::EC2::Volume',
  'AWS::EFS::FileSystem',
  'AWS::FSx::FileSystem',
  'AWS::Neptune::DBCluster',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::Redshift::Cluster',
  'AWS::S3::Bucket',
  'AWS::Timestream::Table',
];

export default resourceStandard({
  name: 'backup-tag',
  number: 12,
  title: 'What holds data says by a tag how it is backed up',
  why: 'Backup plans choose by tag; what has none is forgotten, and nobody notices before it is lost.',
  remedy: `Add the tag ${TAG} with the name of a plan, or with none where the data can be made again`,
  source: 'AWS Backup Developer Guide, "Select AWS services to backup"',
  peers:
    'cdk-nag RDSInBackupPlan, EFSInBackupPlan and others look for a plan in the same template that names the resource',
  audience: 'house',
  severity: 'warning',
  applies: TYPES,
  *check({ resource }) {
    // What is said to go with its stack needs no backup; whether it may go is asked elsewhere.
    const isPassing = resource.attribute('DeletionPolicy').every((policy) => policy.is('Delete'));
    if (!isPassing && !isPartOrCopy(resource) && lacksTag(resource, TAG))
      yield { at: resource, message: `It has no tag ${TAG}` };
  },
  examples: {
    good: [
      `
      Resources:
        Files:
          Type: AWS::EFS::FileSystem
          Properties:
            FileSystemTags: [{ Key: bitclouded:backup, Value: daily }]
        Logs:
          Type: AWS::S3::Bucket
          Properties:
            Tags: [{ Key: bitclouded:backup, Value: none }]
        Seen:
          Type: AWS::DynamoDB::Table
          DeletionPolicy: Delete
        Member:
          Type: AWS::RDS::DBInstance
          Properties: { DBClusterIdentifier: !Ref Cluster }
        Cluster:
          Type: AWS::RDS::DBCluster
          Properties:
            Tags: !Ref Tags
      Parameters:
        Tags: { Type: CommaDelimitedList }
      `,
    ],
    bad: [
      `
      Resources:
        Files: # finding
          Type: AWS::EFS::FileSystem
          Properties:
            FileSystemTags: [{ Key: Name, Value: files }]
        Data: # finding
          Type: AWS::S3::Bucket
      `,
      `
      Conditions:
        IsTest: !Equals [!Ref AWS::Region, eu-south-2]
      Resources:
        Data: # finding
          Type: AWS::DynamoDB::Table
          DeletionPolicy: !If [IsTest, Delete, RetainExceptOnCreate]
      `,
    ],
  },
});
