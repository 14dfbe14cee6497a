/**
 * The property by which data at rest gets a KMS key of one's own, by type, without `AWS::`.
 * Source: CloudFormation Template Reference, each type's page.
 */
const PROPERTIES: Readonly<Record<string, string>> = {
  'AmazonMQ::Broker': 'EncryptionOptions.KmsKeyId',
  'Backup::BackupVault': 'EncryptionKeyArn',
  'Cassandra::Table': 'EncryptionSpecification.KmsKeyIdentifier',
  'CloudTrail::Trail': 'KMSKeyId',
  'CodeCommit::Repository': 'KmsKeyId',
  'DMS::ReplicationInstance': 'KmsKeyId',
  'DocDB::DBCluster': 'KmsKeyId',
  'DynamoDB::GlobalTable': 'Replicas.*.SSESpecification.KMSMasterKeyId',
  'DynamoDB::Table': 'SSESpecification.KMSMasterKeyId',
  'EC2::Volume': 'KmsKeyId',
  'ECR::Repository': 'EncryptionConfiguration.KmsKey',
  'EFS::FileSystem': 'KmsKeyId',
  'ElastiCache::ReplicationGroup': 'KmsKeyId',
  'ElastiCache::ServerlessCache': 'KmsKeyId',
  'Elasticsearch::Domain': 'EncryptionAtRestOptions.KmsKeyId',
  'FSx::FileSystem': 'KmsKeyId',
  'Kinesis::Stream': 'StreamEncryption.KeyId',
  'Logs::LogGroup': 'KmsKeyId',
  'MSK::Cluster': 'EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId',
  'MemoryDB::Cluster': 'KmsKeyId',
  'Neptune::DBCluster': 'KmsKeyId',
  'OpenSearchService::Domain': 'EncryptionAtRestOptions.KmsKeyId',
  'RDS::DBCluster': 'KmsKeyId',
  'RDS::DBInstance': 'KmsKeyId',
  'Redshift::Cluster': 'KmsKeyId',
  'S3::Bucket': 'BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.KMSMasterKeyID',
  'SNS::Topic': 'KmsMasterKeyId',
  'SQS::Queue': 'KmsMasterKeyId',
  'SecretsManager::Secret': 'KmsKeyId',
  'Timestream::Database': 'KmsKeyId',
};

/** Type to property. */
export const encryptionKeys: ReadonlyMap<string, string> = new Map(
  Object.entries(PROPERTIES).map(([type, property]) => [`AWS::${type}`, property]),
);
