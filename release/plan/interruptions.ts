/**
 * Properties whose update takes a resource away for a while, for the kinds of resources that people feel.
 * No schema of AWS says this. Source: CloudFormation User Guide, resource reference, "Update requires: Some
 * interruptions", edition of September 2023; properties that replace as well are left out.
 */
const INTERRUPTING: Readonly<Record<string, readonly string[]>> = {
  'AWS::AmazonMQ::Broker': ['Configuration', 'HostInstanceType'],
  'AWS::EC2::Instance': ['EbsOptimized', 'InstanceType', 'UserData'],
  'AWS::ElastiCache::CacheCluster': ['AZMode', 'NumCacheNodes'],
  'AWS::ElastiCache::ReplicationGroup': ['AuthToken', 'NumNodeGroups'],
  'AWS::Elasticsearch::Domain': ['AdvancedSecurityOptions', 'ElasticsearchVersion'],
  'AWS::MWAA::Environment': [
    'AirflowConfigurationOptions',
    'EnvironmentClass',
    'ExecutionRoleArn',
    'PluginsS3ObjectVersion',
    'RequirementsS3ObjectVersion',
    'Schedulers',
    'StartupScriptS3ObjectVersion',
    'WebserverAccessMode',
  ],
  'AWS::Neptune::DBInstance': ['DBInstanceClass'],
  'AWS::RDS::DBCluster': ['EngineVersion'],
  'AWS::RDS::DBInstance': [
    'BackupRetentionPeriod',
    'DBInstanceClass',
    'EngineVersion',
    'MultiAZ',
    'PreferredMaintenanceWindow',
    'StorageType',
  ],
};

/** Whether CloudFormation interrupts a resource when it updates one of these properties. */
export function interrupts(type: string, properties: readonly string[]): boolean {
  return properties.some((property) => INTERRUPTING[type]?.includes(property));
}
