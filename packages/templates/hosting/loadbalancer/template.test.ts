import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { type Rendered, type RenderOptions, render } from '@bitclouded/kit';
import template from './template.ts';

const WIRED = { ElbSg: 'sg-0a', ElbSubnets: 'subnet-0a,subnet-0b' };
const CERTIFICATE = 'arn:aws:acm:eu-west-1:123456789012:certificate/1';
const WEB_ACL = 'arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/one/1';
const CRITICAL = 'arn:aws:sns:eu-west-1:123456789012:critical';
const WARNING = 'arn:aws:sns:eu-west-1:123456789012:warning';

const rendered = (parameters: Record<string, string> = {}, options: RenderOptions = {}): Rendered =>
  render(template, { ...options, parameters: { ...WIRED, ...parameters } });
const withCertificate = (parameters: Record<string, string> = {}) =>
  rendered({ CertificateArn: CERTIFICATE, ...parameters });

function attributes(parameters?: Record<string, string>): Record<string, string> {
  const list = rendered(parameters).resources.LoadBalancer!.Properties.LoadBalancerAttributes as unknown as {
    readonly Key: string;
    readonly Value: string;
  }[];
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
}

const NOT_FOUND = [
  expect.objectContaining({
    Type: 'fixed-response',
    FixedResponseConfig: expect.objectContaining({ StatusCode: '404' }),
  }),
];

describe('the load balancer', () => {
  test('stands in the subnets and behind the group of the network, without a name of its own', () => {
    const { Properties } = rendered().resources.LoadBalancer!;
    expect(Properties).toMatchObject({ Subnets: ['subnet-0a', 'subnet-0b'], SecurityGroups: ['sg-0a'] });
    expect(Properties).not.toHaveProperty('Name');
  });

  test('speaks both families to the internet, and IPv4 within the VPC', () => {
    const reached = (Scheme: string) => rendered({ Scheme }).resources.LoadBalancer!.Properties;
    expect(reached('internet-facing')).toMatchObject({ Scheme: 'internet-facing', IpAddressType: 'dualstack' });
    expect(reached('internal')).toMatchObject({ Scheme: 'internal', IpAddressType: 'ipv4' });
  });

  test('drops headers that are none, and requests that servers may read in two ways', () => {
    expect(attributes()).toMatchObject({
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'routing.http.desync_mitigation_mode': 'defensive',
    });
  });

  test('can be protected from deletion, and is not from the start', () => {
    expect(attributes()['deletion_protection.enabled']).toBe('false');
    expect(attributes({ DeletionProtection: 'true' })['deletion_protection.enabled']).toBe('true');
  });

  test('logs requests and connections where there is a bucket', () => {
    expect(attributes({ ElbLogBucket: 'elb-logs' })).toMatchObject({
      'access_logs.s3.enabled': 'true',
      'access_logs.s3.bucket': 'elb-logs',
      'access_logs.s3.prefix': expect.stringMatching(/-LoadBalancer$/),
      'connection_logs.s3.enabled': 'true',
      'connection_logs.s3.bucket': 'elb-logs',
      'connection_logs.s3.prefix': expect.stringMatching(/-LoadBalancer$/),
    });
    expect(attributes()).toMatchObject({ 'access_logs.s3.enabled': 'false', 'connection_logs.s3.enabled': 'false' });
    expect(Object.keys(attributes()).filter((key) => /bucket|prefix/.test(key))).toEqual([]);
  });

  test('has the web ACL in front where there is one', () => {
    expect(rendered({ RegionalWebAclArn: WEB_ACL }).resources.WebAclAssociation!.Properties).toEqual({
      ResourceArn: '${LoadBalancer}',
      WebACLArn: WEB_ACL,
    });
    expect(rendered().resources).not.toHaveProperty('WebAclAssociation');
  });
});

describe('without a certificate', () => {
  test('HTTP alone answers, with 404 where no service has a rule', () => {
    const { Http, Https } = rendered().resources;
    expect(Http!.Properties).toMatchObject({ Port: 80, Protocol: 'HTTP', DefaultActions: NOT_FOUND });
    expect(Https).toBeUndefined();
  });

  test('there is no listener of HTTPS to tell of', () => {
    expect(rendered().outputs).toMatchObject({ HttpListenerArn: '${Http}', HttpsListenerArn: '' });
  });
});

describe('with a certificate', () => {
  test('HTTP redirects for good', () => {
    expect(withCertificate().resources.Http!.Properties.DefaultActions).toEqual([
      { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
    ]);
  });

  test('HTTPS answers by the certificate, with TLS 1.2 or newer and post-quantum key exchange', () => {
    expect(withCertificate().resources.Https!.Properties).toMatchObject({
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: CERTIFICATE }],
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      DefaultActions: NOT_FOUND,
    });
    expect(withCertificate().outputs.HttpsListenerArn).toBe('${Https}');
  });

  test('no policy that can be chosen takes less than TLS 1.2', () => {
    const strict = 'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09';
    expect(withCertificate({ TlsPolicy: strict }).resources.Https!.Properties.SslPolicy).toBe(strict);
    expect(() => withCertificate({ TlsPolicy: 'ELBSecurityPolicy-2016-08' })).toThrow(/TlsPolicy/);
  });
});

describe('a change', () => {
  const impacts = (parameters: Record<string, string>, from: Record<string, string> = {}) =>
    Object.fromEntries(
      Object.entries(
        fullDiff({ Resources: rendered(from).resources }, { Resources: rendered(parameters).resources }).resources
          .changes,
      ).map(([id, { changeImpact }]) => [id, changeImpact]),
    );

  test('of the certificate, from none and to another, keeps both the load balancer and the listener of HTTP', () => {
    expect(impacts({ CertificateArn: CERTIFICATE })).toEqual({
      Http: ResourceImpact.WILL_UPDATE,
      Https: ResourceImpact.WILL_CREATE,
    });
    expect(impacts({ CertificateArn: `${CERTIFICATE}2` }, { CertificateArn: CERTIFICATE })).toEqual({
      Https: ResourceImpact.WILL_UPDATE,
    });
  });

  test.each([
    [{ DeletionProtection: 'true' }],
    [{ IdleTimeoutSeconds: '300' }],
    [{ ElbLogBucket: 'elb-logs' }],
    [{ RegionalWebAclArn: WEB_ACL }],
    [{ CriticalArn: CRITICAL, WarningArn: WARNING }],
  ])('of %j replaces nothing', (parameters) => {
    const all = Object.values(impacts(parameters as Record<string, string>));
    expect(all.length).toBeGreaterThan(0);
    for (const impact of all) expect([ResourceImpact.WILL_UPDATE, ResourceImpact.WILL_CREATE]).toContain(impact);
  });

  test('of the scheme replaces the load balancer, as its description says', () => {
    expect(impacts({ Scheme: 'internal' }).LoadBalancer).toBe(ResourceImpact.WILL_REPLACE);
  });
});

test.each([
  ['ElbErrorsAlarm', 'HTTPCode_ELB_5XX_Count', CRITICAL],
  ['TargetConnectionErrorsAlarm', 'TargetConnectionErrorCount', WARNING],
  ['RejectedConnectionsAlarm', 'RejectedConnectionCount', WARNING],
])('%s watches %s and tells somebody', (id, metric, topic) => {
  const { Properties } = rendered({ CriticalArn: CRITICAL, WarningArn: WARNING }).resources[id]!;
  expect(Properties).toMatchObject({
    MetricName: metric,
    Dimensions: [{ Name: 'LoadBalancer', Value: '${LoadBalancer.LoadBalancerFullName}' }],
    AlarmActions: [topic],
    TreatMissingData: 'notBreaching',
  });
});

test.each(['aws', 'aws-cn', 'aws-us-gov'] as const)('is the same in the partition %s', (partition) => {
  const there = rendered({ CertificateArn: CERTIFICATE }, { partition }).resources;
  expect(Object.keys(there)).toEqual(Object.keys(withCertificate().resources));
});

test('tells what services need to stand behind it', () => {
  expect(rendered().outputs).toEqual({
    AlbFullName: '${LoadBalancer.LoadBalancerFullName}',
    AlbDnsName: '${LoadBalancer.DNSName}',
    AlbZoneId: '${LoadBalancer.CanonicalHostedZoneID}',
    HttpListenerArn: '${Http}',
    HttpsListenerArn: '',
  });
});
