import { isPartOrCopy } from '../aws/databases.ts';
import { resourceStandard } from '../standard.ts';

const TYPES = [
  'AWS::DocDB::DBCluster',
  'AWS::DynamoDB::Table',
  'AWS::EFS::FileSystem',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::ElastiCache::ServerlessCache',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::Kinesis::Stream',
  'AWS::Neptune::DBCluster',
  'AWS::OpenSearchService::Domain',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::SQS::Queue',
];

export default resourceStandard({
  name: 'alarmed',
  number: 51,
  title: 'Databases, queues, streams and load balancers have an alarm',
  why: 'They fill up, fall behind or fail without a deployment, and the first to notice should not be a user.',
  remedy: 'Add an AWS::CloudWatch::Alarm whose dimensions name it',
  source: 'Well-Architected Framework, Operational Excellence Pillar, OPS08-BP04 Create actionable alerts',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: TYPES,
  *check({ resource, template }) {
    if (!template.isComplete || isPartOrCopy(resource)) return;
    const alarms = template.ofType('AWS::CloudWatch::Alarm');
    const isWatched = template.referrers(resource).some((one) => alarms.includes(one));
    if (!isWatched) yield { at: resource, message: 'No alarm of the template watches it' };
  },
  examples: {
    good: [
      `
      Resources:
        Jobs: { Type: AWS::SQS::Queue }
        OldJobs:
          Type: AWS::CloudWatch::Alarm
          Properties:
            Namespace: AWS/SQS
            MetricName: ApproximateAgeOfOldestMessage
            Dimensions: [{ Name: QueueName, Value: !GetAtt Jobs.QueueName }]
        Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Errors:
          Type: AWS::CloudWatch::Alarm
          Properties:
            Metrics:
              - Id: errors
                MetricStat:
                  Metric: { Dimensions: [{ Name: LoadBalancer, Value: !GetAtt Balancer.LoadBalancerFullName }] }
      `,
      `
      Resources:
        Fn::Transform: { Name: AWS::Include, Parameters: { Location: 's3://bucket/resources.yaml' } }
        Jobs: { Type: AWS::SQS::Queue }
      `,
      `
      Resources:
        Member: { Type: AWS::RDS::DBInstance, Properties: { DBClusterIdentifier: !Ref Cluster } }
        Cluster: { Type: AWS::RDS::DBCluster }
        Busy:
          Type: AWS::CloudWatch::Alarm
          Properties: { Dimensions: [{ Name: DBClusterIdentifier, Value: !Ref Cluster }] }
      `,
    ],
    bad: [
      `
      Resources:
        Jobs: # finding
          Type: AWS::SQS::Queue
        Failed: # finding
          Type: AWS::SQS::Queue
        Errors:
          Type: AWS::CloudWatch::Alarm
          Properties:
            Dimensions: [{ Name: FunctionName, Value: !Ref Function }]
        Function: { Type: AWS::Lambda::Function }
      `,
    ],
  },
});
