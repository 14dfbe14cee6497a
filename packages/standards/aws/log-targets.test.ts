import { Template } from '../model/template.ts';
import { isLogTarget, policiesOf, takesAccessLogs, takesLoadBalancerLogs } from './log-targets.ts';

const BALANCER = 'Type: AWS::ElasticLoadBalancingV2::LoadBalancer';
const logs = (value: string, key = 'access_logs.s3.bucket'): string =>
  `LoadBalancerAttributes: [{ Key: other, Value: x }, { Key: ${key}, Value: ${value} }]`;
const policy = (service: string): string =>
  `Type: AWS::S3::BucketPolicy, Properties: { Bucket: !Ref Logs, PolicyDocument: { Statement: [{ Principal: { Service: ${service} } }] } }`;

/** What is known of the bucket Logs beside another resource. */
function known(other: string, name = ''): { access: boolean; balancer: boolean; target: boolean; policies: number } {
  const text = `
Parameters: { P: { Type: String } }
Conditions: { C: !Equals [!Ref AWS::Region, a] }
Resources: { Logs: { Type: AWS::S3::Bucket, Properties: { ${name} } }, Other: { ${other} }, Queue: { Type: AWS::SQS::Queue } }
`;
  const template = Template.read(Buffer.from(text), 'f');
  const bucket = template.resources.get('Logs')!;
  return {
    access: takesAccessLogs(bucket, template),
    balancer: takesLoadBalancerLogs(bucket, template),
    target: isLogTarget(bucket, template),
    policies: policiesOf(bucket, template).length,
  };
}
const nothing = { access: false, balancer: false, target: false, policies: 0 };
const sender = (target: string): string =>
  `Type: AWS::S3::Bucket, Properties: { LoggingConfiguration: { DestinationBucketName: ${target} } }`;

describe('a bucket', () => {
  it.each([
    ['another bucket sends it its logs', sender('!Ref Logs'), ''],
    ['another bucket names it by the same text', sender('logs'), 'BucketName: logs'],
    [
      'another bucket writes its name in the same way',
      sender("!Sub 'logs-${P}'"),
      "BucketName: !Join ['-', [logs, !Ref P]]",
    ],
    ['another bucket does so in one branch', sender('!If [C, !Ref Logs, other]'), ''],
  ])('takes access logs where %s', (_, other, name) => {
    expect(known(other, name)).toEqual({ ...nothing, access: true, target: true });
  });

  it.each([
    ['nobody names it', sender('!Ref P')],
    ['its ARN is named', sender('!GetAtt Logs.Arn')],
    ['something else is named', sender('!Ref Queue')],
    ['only the stack knows who is named', sender('!ImportValue bucket')],
    ['another has another name', sender('other')],
  ])('takes none where %s', (_, other) => {
    expect(known(other)).toEqual(nothing);
  });

  it('does not take logs for its own', () => {
    expect(known('Type: A', 'LoggingConfiguration: { DestinationBucketName: !Ref Logs }')).toEqual(nothing);
  });

  it.each([
    ['logging.s3.amazonaws.com', true, true],
    ['[sns.amazonaws.com, logging.s3.amazonaws.com]', true, true],
    ['cloudtrail.amazonaws.com', false, true],
    ['delivery.logs.amazonaws.com', false, true],
    ['sns.amazonaws.com', false, false],
    ['!Ref P', false, false],
  ])('takes the logs that its policy lets %s write', (service, access, target) => {
    expect(known(policy(service))).toEqual({ ...nothing, policies: 1, access, target });
  });

  it.each([
    [`${BALANCER}, Properties: { ${logs('!Ref Logs')} }`, true],
    [`${BALANCER}, Properties: { Type: application, ${logs('!Ref Logs')} }`, true],
    [`${BALANCER}, Properties: { ${logs('!Ref Logs', '!If [C, access_logs.s3.bucket, other]')} }`, true],
    [`${BALANCER}, Properties: { Type: network, ${logs('!Ref Logs')} }`, false],
    [`${BALANCER}, Properties: { Type: !If [C, application, network], ${logs('!Ref Logs')} }`, false],
    [`${BALANCER}, Properties: { ${logs('!Ref Logs', 'connection_logs.s3.bucket')} }`, false],
    [`${BALANCER}, Properties: { ${logs('!Ref P')} }`, false],
    [`Type: AWS::SNS::Topic, Properties: { ${logs('!Ref Logs')} }`, false],
  ])('takes the logs of a load balancer: { %s } %s', (other, balancer) => {
    expect(known(other)).toEqual({ ...nothing, balancer, target: balancer });
  });
});
