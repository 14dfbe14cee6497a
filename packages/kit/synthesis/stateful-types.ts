/**
 * Resource types that hold what cannot be made again, with what their deletion can leave behind.
 * `snapshot` where CloudFormation knows how to take one.
 * Source: CloudFormation User Guide, "DeletionPolicy attribute" (snapshot), and each type's own page.
 */
export const statefulTypes: ReadonlyMap<string, 'retain' | 'snapshot'> = new Map<string, 'retain' | 'snapshot'>([
  ['AWS::Backup::BackupVault', 'retain'],
  ['AWS::Cassandra::Keyspace', 'retain'],
  ['AWS::Cassandra::Table', 'retain'],
  ['AWS::CodeCommit::Repository', 'retain'],
  ['AWS::Cognito::UserPool', 'retain'],
  ['AWS::DocDB::DBCluster', 'snapshot'],
  ['AWS::DynamoDB::GlobalTable', 'retain'],
  ['AWS::DynamoDB::Table', 'retain'],
  ['AWS::EC2::Volume', 'snapshot'],
  ['AWS::ECR::PublicRepository', 'retain'],
  ['AWS::ECR::Repository', 'retain'],
  ['AWS::EFS::FileSystem', 'retain'],
  ['AWS::ElastiCache::ReplicationGroup', 'snapshot'],
  ['AWS::ElastiCache::ServerlessCache', 'retain'],
  ['AWS::Elasticsearch::Domain', 'retain'],
  ['AWS::FSx::FileSystem', 'retain'],
  ['AWS::KMS::Key', 'retain'],
  ['AWS::Kinesis::Stream', 'retain'],
  ['AWS::Logs::LogGroup', 'retain'],
  ['AWS::MSK::Cluster', 'retain'],
  ['AWS::Neptune::DBCluster', 'snapshot'],
  ['AWS::OpenSearchService::Domain', 'retain'],
  ['AWS::RDS::DBCluster', 'snapshot'],
  ['AWS::RDS::DBInstance', 'snapshot'],
  ['AWS::Redshift::Cluster', 'snapshot'],
  ['AWS::Route53::HostedZone', 'retain'],
  ['AWS::S3::Bucket', 'retain'],
  ['AWS::SQS::Queue', 'retain'],
  ['AWS::SecretsManager::Secret', 'retain'],
  ['AWS::Timestream::Table', 'retain'],
]);

/** Types whose `Name` tag is what people see in the console. */
export const namedByTag: ReadonlySet<string> = new Set([
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::FlowLog',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::NetworkAcl',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
]);
