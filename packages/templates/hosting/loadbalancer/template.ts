import { type Build, defineTemplate, output, param, when, whenMap } from '@bitclouded/kit';
import { Aws } from 'aws-cdk-lib';
import { CfnListener, CfnLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import logsStore from '../../analytics/logs-store/template.ts';
import dnsZone from '../../foundation/dns-zone/template.ts';
import elbSubnets from '../../networking/elb-subnets/template.ts';
import vpc from '../../networking/vpc/template.ts';
import alerts from '../../operations/alerts/template.ts';
import waf from '../../security/waf/template.ts';

const parameters = {
  Scheme: param.text({
    description:
      'Who reaches it: the internet, or the VPC alone. Changing it replaces the load balancer: what stands behind it is away until its own stacks are updated',
    default: 'internet-facing',
    allowedValues: ['internet-facing', 'internal'],
    group: 'Load balancer',
  }),
  IdleTimeoutSeconds: param.count({
    description: 'Seconds after which a connection is closed on which nothing is sent; changing it interrupts nothing',
    default: '60',
    minimum: 1,
    maximum: 4000,
    group: 'Load balancer',
  }),
  TlsPolicy: param.text({
    description: 'Protocols and ciphers of HTTPS; changing it interrupts nothing',
    // AWS's own recommendation, and the console's default: TLS 1.3 and 1.2, with post-quantum key exchange for those
    // who can. Source: Application Load Balancers User Guide, "Security policies".
    default: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
    allowedValues: [
      'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      'ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09',
      'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09',
      'ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09',
      'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
    ],
    group: 'Load balancer',
    label: 'TLS policy',
  }),
  DeletionProtection: param.flag({
    description:
      'Refuses to delete or replace the load balancer. Turn it on once the stack stands: it would stop the rollback of a first creation',
    group: 'Load balancer',
  }),
  ElbSg: param.from(vpc, 'ElbSg'),
  ElbSubnets: param.from(elbSubnets, 'ElbSubnets'),
  CertificateArn: param.recommendedFrom(dnsZone, 'CertificateArn'),
  RegionalWebAclArn: param.recommendedFrom(waf, 'RegionalWebAclArn'),
  ElbLogBucket: param.recommendedFrom(logsStore, 'ElbLogBucket'),
  CriticalArn: param.recommendedFrom(alerts, 'CriticalArn'),
  WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
};
type Kit = Build<typeof parameters>;

export default defineTemplate({
  name: 'hosting/loadbalancer',
  summary: 'A load balancer that many services share: TLS, access logs, a web ACL in front',
  parameters,
  outputs: {
    AlbFullName: output.loadBalancerName('Load balancer, as its metrics name it'),
    AlbDnsName: output.dnsName('DNS name of the load balancer, which alias records lead to'),
    AlbZoneId: output.aliasZoneId('Zone of that name, which alias records name'),
    HttpListenerArn: output.listenerArn('Listener of HTTP, which redirects to HTTPS where there is a certificate'),
    HttpsListenerArn: output.listenerArn.orEmpty('Listener of HTTPS; empty without a certificate'),
  },
  build(kit) {
    const { scope, params, allow } = kit;
    const balancer = loadBalancer(kit);

    // One resource with and without a certificate, so that its ARN stays. What has a rule on it is served as before
    // until the service's own stack moves the rule to HTTPS.
    const hasCertificate = params.CertificateArn.given;
    const http = new CfnListener(scope, 'Http', {
      loadBalancerArn: balancer.ref,
      port: 80,
      protocol: 'HTTP',
      defaultActions: [whenMap<CfnListener.ActionProperty>(hasCertificate, TO_HTTPS, NOT_FOUND)],
    });
    const https = hasCertificate.guards(
      new CfnListener(scope, 'Https', {
        loadBalancerArn: balancer.ref,
        port: 443,
        protocol: 'HTTPS',
        sslPolicy: params.TlsPolicy,
        certificates: [{ certificateArn: params.CertificateArn.orEmpty }],
        defaultActions: [
          {
            type: 'fixed-response',
            fixedResponseConfig: { statusCode: '404', contentType: 'text/plain', messageBody: 'Not found' },
          },
        ],
      }),
    );

    params.RegionalWebAclArn.given.guards(
      new CfnWebACLAssociation(scope, 'WebAclAssociation', {
        resourceArn: balancer.ref,
        webAclArn: params.RegionalWebAclArn.orEmpty,
      }),
    );
    allow({
      who: 'logdelivery.elasticloadbalancing.amazonaws.com',
      actions: ['s3:PutObject'],
      resource: `ElbLogBucket, under ${balancer.node.id}'s prefix`,
      why: 'Each request and each connection is logged',
    });
    alarms(kit, balancer);

    return {
      AlbFullName: balancer.attrLoadBalancerFullName,
      AlbDnsName: balancer.attrDnsName,
      AlbZoneId: balancer.attrCanonicalHostedZoneId,
      HttpListenerArn: http.ref,
      HttpsListenerArn: when(hasCertificate, https.ref, ''),
    };
  },
});

/** As CloudFormation spells them: CDK looks into no branch. */
const TO_HTTPS = {
  Type: 'redirect',
  RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' },
};
/** For every name and path that no service has a rule for. */
const NOT_FOUND = {
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'Not found' },
};

function loadBalancer({ scope, params, condition }: Kit): CfnLoadBalancer {
  const { ElbLogBucket } = params;
  const isPublic = condition('IsPublic', { equal: [params.Scheme, 'internet-facing'] });
  // The bucket's policy lets any prefix in that stands before AWSLogs/<account>.
  const logs = (kind: 'access_logs' | 'connection_logs') => [
    { key: `${kind}.s3.enabled`, value: when(ElbLogBucket.given, 'true', 'false') },
    attribute(`${kind}.s3.bucket`, ElbLogBucket.orEmpty),
    attribute(`${kind}.s3.prefix`, `${Aws.STACK_NAME}-LoadBalancer`),
  ];
  /** Only with a bucket for logs. */
  const attribute = (Key: string, Value: string) =>
    whenMap<CfnLoadBalancer.LoadBalancerAttributeProperty>(ElbLogBucket.given, { Key, Value });
  return new CfnLoadBalancer(scope, 'LoadBalancer', {
    type: 'application',
    scheme: params.Scheme,
    ipAddressType: when(isPublic, 'dualstack', 'ipv4'),
    subnets: params.ElbSubnets,
    securityGroups: [params.ElbSg],
    loadBalancerAttributes: [
      { key: 'deletion_protection.enabled', value: when(params.DeletionProtection, 'true', 'false') },
      { key: 'idle_timeout.timeout_seconds', value: `${params.IdleTimeoutSeconds}` },
      { key: 'routing.http.drop_invalid_header_fields.enabled', value: 'true' },
      { key: 'routing.http.desync_mitigation_mode', value: 'defensive' },
      ...logs('access_logs'),
      ...logs('connection_logs'),
    ],
  });
}

function alarms({ params, alarm }: Kit, balancer: CfnLoadBalancer): void {
  const metric = (name: string) =>
    ({
      on: balancer,
      namespace: 'AWS/ApplicationELB',
      metric: name,
      dimensions: { LoadBalancer: balancer.attrLoadBalancerFullName },
      statistic: 'Sum',
      periodSeconds: 300,
    }) as const;
  alarm('ElbErrorsAlarm', {
    description:
      'For a quarter of an hour requests were answered by the load balancer itself with an error: 503, no healthy target; 502 or 504, a target that breaks off or does not answer. The access logs name the target group',
    ...metric('HTTPCode_ELB_5XX_Count'),
    threshold: 10,
    periods: 3,
    tell: params.CriticalArn,
  });
  alarm('TargetConnectionErrorsAlarm', {
    description:
      'For a quarter of an hour the load balancer could not connect to targets: they are starting, overloaded or gone, or a security group is in the way',
    ...metric('TargetConnectionErrorCount'),
    threshold: 10,
    periods: 3,
    tell: params.WarningArn,
  });
  alarm('RejectedConnectionsAlarm', {
    description:
      'Connections were refused, because the load balancer had as many as it can hold: a flood, or growth faster than it scales. Ask AWS to warm it, or reserve capacity units',
    ...metric('RejectedConnectionCount'),
    threshold: 0,
    periods: 1,
    tell: params.WarningArn,
  });
}
