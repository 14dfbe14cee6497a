import { listenersOf } from '../aws/listeners.ts';
import { attributeValues, balancerType, isBalancer } from '../aws/load-balancers.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'load-balancer-access-logs',
  number: 19,
  title: 'A load balancer logs the requests that it takes',
  why: 'The log is the only record of who asked what, from where, and what came back.',
  remedy: 'Set the attributes access_logs.s3.enabled: true and access_logs.s3.bucket',
  source:
    'Application Load Balancers User Guide, "Access logs for your Application Load Balancer"; Network Load Balancers User Guide, "Access logs for your Network Load Balancer"',
  peers:
    'cdk-nag ELBLoggingEnabled (ELB2) reports network load balancers without TLS, which log nothing, and follows no If',
  audience: 'everyone',
  severity: 'warning',
  applies: [balancerType],
  *check({ resource, template }) {
    if (!logsRequests(resource, template)) return;
    const values = attributeValues(resource, 'access_logs.s3.enabled');
    if (values.some((value) => !value.isNot('true')) || sendsLogsElsewhere(resource, template)) return;
    yield { at: values[0] ?? resource, message: 'The load balancer has no access logs' };
  },
  examples: {
    good: [
      `
      Parameters:
        LogBucket: { Type: String, Default: '' }
      Conditions:
        Logs: !Not [!Equals [!Ref LogBucket, '']]
      Resources:
        Web:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes:
              - { Key: access_logs.s3.enabled, Value: !If [Logs, 'true', 'false'] }
              - !If [Logs, { Key: access_logs.s3.bucket, Value: !Ref LogBucket }, !Ref AWS::NoValue]
        Plain:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Type: network }
        Delivered: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Source:
          Type: AWS::Logs::DeliverySource
          Properties: { LogType: ALB_ACCESS_LOGS, ResourceArn: !Ref Delivered }
      `,
      `
      Parameters:
        Key: { Type: String }
      Conditions:
        Tls: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        OpenKey:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes: [{ Key: !If [Tls, access_logs.s3.enabled, !Ref Key], Value: 'false' }]
        Sometimes:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Type: network }
        SometimesTls:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Sometimes, Protocol: !If [Tls, TLS, TCP], Port: 443 }
        Here:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Type: network }
        HereOrThere:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !If [Tls, !Ref Here, !Ref Key], Protocol: TLS, Port: 443 }
        Transparent:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Type: gateway }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
        Off:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes:
              - Key: access_logs.s3.enabled
                Value: 'false' # finding
        Tls: # finding
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Type: network }
        Listener:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Tls, Protocol: TLS, Port: 443 }
      `,
    ],
  },
});

/** Whether there would be something in the log: a network load balancer logs connections by TLS and no others. */
function logsRequests(balancer: Resource, template: Template): boolean {
  if (isBalancer(balancer, 'application')) return true;
  return (
    isBalancer(balancer, 'network') &&
    listenersOf(balancer, template).some((listener) =>
      listener.values('Protocol').every((protocol) => protocol.is('TLS')),
    )
  );
}

/** CloudWatch Logs delivers them too, to wherever it likes. */
function sendsLogsElsewhere(balancer: Resource, template: Template): boolean {
  return template.referrers(balancer).some(({ type }) => type === 'AWS::Logs::DeliverySource');
}
