/**
 * Actions that take no resource, by service: in their statements `Resource: '*'` is the only way to write it.
 * A trailing `*` stands for the rest of a name; `!` takes back what a pattern before it says. Services that are not
 * here are undecided. Source: Service Authorization Reference, "Actions, resources, and condition keys".
 * CloudWatch's metrics take a resource only where they stand in a dataset, so they are among them.
 */
const WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  acm: 'GetAccountConfiguration ListCertificates PutAccountConfiguration RequestCertificate SearchCertificates',
  'application-autoscaling': 'Describe* GetPredictiveScalingForecast',
  autoscaling: 'Describe* GetPredictiveScalingForecast PutAccountSetting',
  cloudwatch:
    'List* !ListTagsForResource Describe* !DescribeAlarms !DescribeAlarmHistory GetMetric* PutMetricData PutAnomalyDetector DeleteAnomalyDetector',
  dynamodb: 'List* !ListTagsOfResource DescribeEndpoints DescribeLimits DescribeReservedCapacity*',
  ec2: 'Describe* !DescribeImageAttribute !DescribeInstanceAttribute !DescribeSnapshotAttribute !DescribeVolumeAttribute !DescribeVpcAttribute List* CreateDefaultSubnet CreateDefaultVpc Disable* Enable* Get* ModifyAvailabilityZoneGroup ModifyDefaultCreditSpecification ModifyIdFormat ModifyIdentityIdFormat',
  ec2messages: '*',
  ecr: 'GetAccountSetting GetAuthorizationToken GetRegistry* DescribePullThroughCacheRules DescribeRegistry PutAccountSetting PutRegistry* PutReplicationConfiguration CreatePullThroughCacheRule DeletePullThroughCacheRule DeleteRegistryPolicy',
  'ecr-public': 'GetAuthorizationToken',
  ecs: 'DeregisterTaskDefinition DescribeTaskDefinition DiscoverPollEndpoint CreateCluster List* !ListContainerInstances !ListTagsForResource !ListTasks RegisterTaskDefinition PutAccountSetting*',
  elasticfilesystem: 'CreateFileSystem DescribeAccountPreferences PutAccountPreferences',
  elasticloadbalancing: 'Describe*',
  events: 'List* !ListTagsForResource !ListTargetsByRule PutPermission RemovePermission TestEventPattern',
  firehose: 'ListDeliveryStreams',
  kinesis: 'DescribeLimits DescribeAccountSettings ListStreams',
  kms: 'CreateKey DescribeCustomKeyStores GenerateRandom ListAliases ListKeys ListRetirableGrants',
  lambda:
    'CreateCodeSigningConfig CreateEventSourceMapping GetAccountSettings List* !ListAliases !ListTags !ListVersionsByFunction',
  logs: 'Describe* !DescribeLogStreams !DescribeMetricFilters !DescribeSubscriptionFilters List* CreateLogDelivery DeleteLogDelivery GetLogDelivery UpdateLogDelivery DeleteAccountPolicy DeleteResourcePolicy DeleteQueryDefinition GetQueryResults PutAccountPolicy PutResourcePolicy PutQueryDefinition StopQuery TestMetricFilter CancelExportTask',
  rds: 'DescribeAccountAttributes DescribeCertificates DescribeDBEngineVersions DescribeEngine* DescribeEvent* DescribeOrderableDBInstanceOptions DescribeSourceRegions',
  route53:
    'CreateHealthCheck CreateHostedZone CreateTrafficPolicy GetAccountLimit GetCheckerIpRanges GetGeoLocation GetHealthCheckCount GetHostedZoneCount List* !ListResourceRecordSets !ListTagsForResource* TestDNSAnswer',
  s3: 'CreateJob GetAccountPublicAccessBlock ListAccessPoints ListAllMyBuckets ListJobs PutAccountPublicAccessBlock',
  secretsmanager: 'BatchGetSecretValue GetRandomPassword ListSecrets',
  servicediscovery: 'Create* DiscoverInstances* Get* List* TagResource UntagResource',
  sns: 'List* !ListSubscriptionsByTopic !ListTagsForResource CheckIfPhoneNumberIsOptedOut GetSMS* SetSMSAttributes CreatePlatform* Publish',
  sqs: 'ListQueues',
  ssm: 'CancelCommand CreateActivation CreateMaintenanceWindow CreateOpsItem CreatePatchBaseline DeleteActivation Describe* !DescribeDocument !DescribeDocumentPermission !DescribeAssociation GetCommandInvocation GetDeployablePatchSnapshotForInstance GetInventory GetInventorySchema GetManifest List* PutComplianceItems PutConfigurePackageResult PutInventory UpdateInstanceInformation UpdateInstanceAssociationStatus GetConnectionStatus',
  ssmmessages: '*',
  states: 'ListActivities ListStateMachines SendTask*',
  sts: 'DecodeAuthorizationMessage GetAccessKeyInfo GetCallerIdentity GetServiceBearerToken GetSessionToken',
  tag: '*',
  xray: 'Get* Put* BatchGet* List*',
};

const patternsOf = new Map(
  Object.entries(WITHOUT_RESOURCE).map(([service, patterns]) => [service, patterns.toLowerCase().split(' ')] as const),
);

/**
 * Whether an action such as `s3:GetObject` takes a resource; undefined where nobody here knows:
 * for other services, and where the action is itself a pattern.
 */
export function takesResource(action: string): boolean | undefined {
  const [service = '', name = ''] = action.toLowerCase().split(':');
  const patterns = patternsOf.get(service);
  if (!patterns || name === '' || name.includes('*') || name.includes('?')) return undefined;
  let matches = false;
  for (const pattern of patterns) {
    const taken = pattern.startsWith('!');
    const body = taken ? pattern.slice(1) : pattern;
    if (body.endsWith('*') ? name.startsWith(body.slice(0, -1)) : name === body) matches = !taken;
  }
  return !matches;
}
