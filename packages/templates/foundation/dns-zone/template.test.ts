import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { decide, type Rendered, type RenderOptions, render, type Statement } from '@bitclouded/kit';
import template from './template.ts';

const EXISTING = 'Z0123456789ABC';
const HOME: RenderOptions = { region: 'eu-west-1' };
const CDN: RenderOptions = { region: 'us-east-1' };
const CHINA: RenderOptions = { partition: 'aws-cn', region: 'cn-northwest-1' };
const GOVCLOUD: RenderOptions = { partition: 'aws-us-gov', region: 'us-gov-west-1' };

const rendered = (parameters: Record<string, string> = {}, options: RenderOptions = HOME): Rendered =>
  render(template, { ...options, parameters: { Domain: 'example.com', ...parameters } });
const withCertificates = (options: RenderOptions, parameters: Record<string, string> = {}) =>
  rendered({ Certificates: 'true', ...parameters }, options);

describe('the first phase', () => {
  test('makes a zone that stays when its stack goes, and no certificate that would wait for it', () => {
    const { resources, outputs } = rendered();
    expect(resources.Zone).toMatchObject({
      Properties: { Name: 'example.com' },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(Object.keys(resources).filter((id) => /Certificate$/.test(id))).toEqual([]);
    expect(outputs).toMatchObject({ CertificateArn: '', CdnCertificateArn: '' });
  });

  test('tells the name servers for the registrar', () => {
    expect(rendered().outputs.NameServers).toContain('Zone.NameServers');
  });
});

describe('the second phase', () => {
  test('makes a certificate of the domain and the names below it, here and for the CDN', () => {
    const { resources, outputs } = withCertificates(HOME);
    const names = { DomainName: 'example.com', AlternativeNames: ['*.example.com'], HostedZoneId: '${Zone}' };
    expect(resources.Certificate!.Properties).toMatchObject({ ...names, Region: 'eu-west-1' });
    expect(resources.CdnCertificate!.Properties).toMatchObject({ ...names, Region: 'us-east-1' });
    expect(outputs).toMatchObject({ CertificateArn: '${Certificate}', CdnCertificateArn: '${CdnCertificate}' });
  });

  test('makes one for both in us-east-1', () => {
    const { resources, outputs } = withCertificates(CDN);
    expect(resources).not.toHaveProperty('CdnCertificate');
    expect(outputs).toMatchObject({ CertificateArn: '${Certificate}', CdnCertificateArn: '${Certificate}' });
  });

  test.each([
    ['China', CHINA],
    ['GovCloud', GOVCLOUD],
  ])('makes none for a CDN in %s', (_, options) => {
    const { resources, outputs } = withCertificates(options);
    expect(resources).not.toHaveProperty('CdnCertificate');
    expect(outputs).toMatchObject({ CertificateArn: '${Certificate}', CdnCertificateArn: '' });
  });

  test('keeps the zone as it is', () => {
    const { changes } = fullDiff(
      { Resources: rendered().resources },
      { Resources: withCertificates(HOME).resources },
    ).resources;
    expect(changes).not.toHaveProperty('Zone');
    expect(changes.Certificate!.changeImpact).toBe(ResourceImpact.WILL_CREATE);
  });

  test('warns a month before a certificate ends that was not renewed, and stays so when it has ended', () => {
    const WarningArn = 'arn:aws:sns:eu-west-1:123456789012:warning';
    expect(withCertificates(HOME, { WarningArn }).resources.CertificateExpiryAlarm!.Properties).toMatchObject({
      MetricName: 'DaysToExpiry',
      Dimensions: [{ Name: 'CertificateArn', Value: '${Certificate}' }],
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 30,
      TreatMissingData: 'ignore',
      AlarmActions: [WarningArn],
    });
    expect(rendered({ WarningArn }).resources).not.toHaveProperty('CertificateExpiryAlarm');
  });
});

test('a zone that there is already is used, and none is made or logged', () => {
  const { resources, outputs } = withCertificates(CDN, { ExistingZoneId: EXISTING });
  for (const id of ['Zone', 'QueryLogs', 'QueryLogDelivery']) expect(resources).not.toHaveProperty(id);
  expect(resources.Certificate!.Properties.HostedZoneId).toBe(EXISTING);
  expect(outputs).toMatchObject({ HostedZoneId: EXISTING, ZoneName: 'example.com', NameServers: '' });
});

describe('the log of queries', () => {
  test('is kept in us-east-1, where Route 53 can write it, and its writer is let in first', () => {
    const { QueryLogs, QueryLogDelivery, Zone } = rendered({ QueryLogDays: '30' }, CDN).resources;
    expect(QueryLogs!.Properties.RetentionInDays).toBe('30');
    expect(JSON.stringify(Zone!.Properties.QueryLoggingConfig)).toContain('log-group:${QueryLogs}');
    expect(JSON.parse(QueryLogDelivery!.Properties.PolicyDocument as string).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'route53.amazonaws.com' },
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '${QueryLogs.Arn}',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '123456789012' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:route53:::hostedzone/*' },
        },
      },
    ]);
  });

  test('is left out elsewhere', () => {
    const { resources } = rendered();
    expect(resources).not.toHaveProperty('QueryLogs');
    expect(resources.Zone!.Properties).not.toHaveProperty('QueryLoggingConfig');
  });
});

describe('the function', () => {
  const policy = (parameters?: Record<string, string>) => {
    const [{ PolicyDocument }] = rendered(parameters).resources.CertificateMakerRole!.Properties
      .Policies as unknown as [{ readonly PolicyDocument: { readonly Statement: readonly Statement[] } }];
    return PolicyDocument.Statement;
  };
  const may = (action: string, resource: string) =>
    decide(
      policy().filter(({ Condition }) => !Condition),
      { action, resource },
    );

  const conditionOf = (sid: string) => policy().find(({ Sid }) => Sid === sid)!.Condition;

  test('requests certificates of these names alone, and validated by DNS', () => {
    expect(conditionOf('Request')).toEqual({
      StringEquals: { 'acm:ValidationMethod': 'DNS' },
      'ForAllValues:StringEquals': { 'acm:DomainNames': ['example.com', '*.example.com'] },
    });
  });

  test('owns certificates of the two regions and no others', () => {
    const of = (region: string) => may('acm:DeleteCertificate', `arn:aws:acm:${region}:123456789012:certificate/1`);
    expect(of('eu-west-1')).toBe('allowed');
    expect(of('us-east-1')).toBe('allowed');
    expect(of('eu-central-1')).toBe('neither');
  });

  test('writes into no other zone', () => {
    expect(policy().find(({ Sid }) => Sid === 'Zone')!.Resource).toBe('arn:aws:route53:::hostedzone/${Zone}');
    expect(policy({ ExistingZoneId: EXISTING }).find(({ Sid }) => Sid === 'Zone')!.Resource).toBe(
      `arn:aws:route53:::hostedzone/${EXISTING}`,
    );
  });

  test('writes validation records and nothing else', () => {
    expect(conditionOf('Zone')).toEqual({
      'ForAllValues:StringEquals': {
        'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
        'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
      },
      'ForAllValues:StringLike': { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['_*'] },
    });
  });

  test('gives up before CloudFormation does, and outlives what it made', () => {
    const { Certificate, CertificateMaker } = withCertificates(HOME).resources;
    expect(Number(Certificate!.Properties.ServiceTimeout)).toBeGreaterThan(
      Number(CertificateMaker!.Properties.Timeout),
    );
    expect(Certificate!.DependsOn).toEqual(expect.arrayContaining(['CertificateMakerRole']));
  });
});
