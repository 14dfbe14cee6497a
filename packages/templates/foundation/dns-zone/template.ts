import {
  type Build,
  defineTemplate,
  type Flag,
  forThisAccount,
  output,
  ownArn,
  param,
  policyDocument,
  serviceMay,
  when,
  whenMap,
} from '@bitclouded/kit';
import { Aws, type CfnResource, Fn } from 'aws-cdk-lib';
import { CfnResourcePolicy } from 'aws-cdk-lib/aws-logs';
import { CfnHostedZone } from 'aws-cdk-lib/aws-route53';
import acmCertificate from '../../../lambdas/acm-certificate/lambda.ts';
import alerts from '../../operations/alerts/template.ts';
import kms from '../kms/template.ts';

/** The one region whose certificates CloudFront takes, and where Route 53 writes the logs of its queries. */
const CDN_REGION = 'us-east-1';

const parameters = {
  Domain: param.domainName({
    description:
      'Domain name of the zone. Chosen once: another name makes another zone and other certificates; the old zone stays',
    group: 'Zone',
  }),
  ExistingZoneId: param.optionalHostedZoneId({
    description: 'A public zone of Domain that there is already; empty makes one. Chosen once',
    group: 'Zone',
  }),
  Certificates: param.flag({
    description:
      'Makes the certificates. Turn it on when Domain is delegated to the zone: until then ACM cannot see its records, and the stack waits ten minutes and fails',
    group: 'Certificates',
  }),
  QueryLogDays: param.count({
    description: 'Days for which the log of queries is kept; there is one only for a new zone in us-east-1',
    default: '90',
    allowedValues: ['7', '14', '30', '90', '180', '365'],
    group: 'Zone',
  }),
  LogsKeyArn: param.recommendedFrom(kms, 'LogsKeyArn'),
  WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
};
type Kit = Build<typeof parameters>;

export default defineTemplate({
  name: 'foundation/dns-zone',
  summary: 'A hosted zone and certificates of its names, for load balancers and for the CDN',
  parameters,
  outputs: {
    HostedZoneId: output.hostedZoneId('Hosted zone'),
    ZoneName: output.domainName('Domain name of the zone'),
    NameServers: output.text.orEmpty(
      'Name servers for the NS records of the domain at its registrar; empty for a zone that was there already',
    ),
    CertificateArn: output.certificateArn.orEmpty(
      'Certificate of the domain and all names right below it, in this region; empty until Certificates is on',
    ),
    CdnCertificateArn: output.certificateArn.orEmpty(
      'The same for the CDN, in us-east-1; empty until Certificates is on, and outside of the partition aws',
    ),
  },
  build(kit) {
    const { params, condition } = kit;
    const inCdnRegion = condition('InCdnRegion', { equal: [Aws.REGION, CDN_REGION] });
    const makesZone = condition('MakesZone', { not: params.ExistingZoneId.given });
    const zone = makesZone.guards(hostedZone(kit, condition('LogsQueries', { all: [makesZone, inCdnRegion] })));
    const zoneId = when<string>(params.ExistingZoneId.given, params.ExistingZoneId.orEmpty, zone.ref);

    const certificate = certificateMaker(kit, zoneId);
    const regional = params.Certificates.guards(certificate('Certificate', Aws.REGION));
    // There a region's certificate is the CDN's too. China's CloudFront takes none of ACM, and GovCloud has no CloudFront.
    const inAws = condition('InAws', { equal: [Aws.PARTITION, 'aws'] });
    const elsewhere = condition('IsElsewhere', { not: inCdnRegion });
    const makesCdn = condition('MakesCdnCertificate', { all: [params.Certificates, inAws, elsewhere] });
    const cdn = makesCdn.guards(certificate('CdnCertificate', CDN_REGION));
    expiryAlarm(kit, regional);

    const servesBoth = condition('ServesBoth', { all: [params.Certificates, inCdnRegion] });
    return {
      HostedZoneId: zoneId,
      ZoneName: params.Domain,
      NameServers: when(makesZone, Fn.join(' ', zone.attrNameServers), ''),
      CertificateArn: when(params.Certificates, regional.ref, ''),
      CdnCertificateArn: when<string>(makesCdn, cdn.ref, when(servesBoth, regional.ref, '')),
    };
  },
});

function hostedZone({ scope, params, logGroup }: Kit, logsQueries: Flag): CfnHostedZone {
  const logs = logGroup('QueryLogs', { retentionInDays: params.QueryLogDays, key: params.LogsKeyArn });
  // The zone waits for it, so it cannot name the zone: it lets in those of the account.
  // Source: Route 53 Developer Guide, "Public DNS query logging".
  const delivery = new CfnResourcePolicy(scope, 'QueryLogDelivery', {
    policyName: `${Aws.STACK_NAME}-query-logs`,
    policyDocument: JSON.stringify(
      policyDocument([
        serviceMay('route53.amazonaws.com', ['logs:CreateLogStream', 'logs:PutLogEvents'], logs.attrArn, {
          StringEquals: forThisAccount,
          ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:route53:::hostedzone/*` },
        }),
      ]),
      null,
      2,
    ),
  });
  for (const resource of [logs, delivery]) logsQueries.guards(resource);
  // Named to no other end than to make the zone wait for it: a DependsOn has no condition.
  const afterDelivery = (value: string) => Fn.select(0, [value, delivery.ref]);
  return new CfnHostedZone(scope, 'Zone', {
    name: params.Domain,
    hostedZoneConfig: { comment: `Zone of ${Aws.STACK_NAME}` },
    queryLoggingConfig: whenMap<CfnHostedZone.QueryLoggingConfigProperty>(logsQueries, {
      CloudWatchLogsLogGroupArn: afterDelivery(ownArn('logs', `log-group:${logs.ref}`)),
    }),
  });
}

/**
 * Both certificates come by the function: the regional one too, because CloudFormation's own type waits for an
 * undelegated zone for hours, and the function for minutes, naming the NS records that are missing.
 */
function certificateMaker({ params, lambdaFunction, customResource }: Kit, zoneId: string) {
  const certificatesIn = (region: string) => `arn:${Aws.PARTITION}:acm:${region}:${Aws.ACCOUNT_ID}:certificate/*`;
  const names = [params.Domain, `*.${params.Domain}`];
  const provider = lambdaFunction('CertificateMaker', acmCertificate, {
    environment: {},
    grants: {
      find: ['*'],
      request: {
        resources: ['*'],
        condition: {
          StringEquals: { 'acm:ValidationMethod': 'DNS' },
          'ForAllValues:StringEquals': { 'acm:DomainNames': names },
        },
      },
      own: [certificatesIn(Aws.REGION), certificatesIn(CDN_REGION)],
      zone: {
        resources: [`arn:${Aws.PARTITION}:route53:::hostedzone/${zoneId}`],
        // Validation records alone: CNAMEs whose names begin with an underscore. Reading the zone has none of these keys.
        condition: {
          'ForAllValues:StringEquals': {
            'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
            'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
          },
          'ForAllValues:StringLike': { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['_*'] },
        },
      },
    },
    logs: { retentionInDays: 30, key: params.LogsKeyArn },
  });
  return (id: string, region: string): CfnResource =>
    customResource(id, acmCertificate, provider, {
      DomainName: params.Domain,
      AlternativeNames: names.slice(1),
      HostedZoneId: zoneId,
      Region: region,
    });
}

/** The CDN's certificate is renewed by the same records, and its metric is in another region, where no alarm of this stack reaches. */
function expiryAlarm({ params, alarm }: Kit, certificate: CfnResource): void {
  alarm('CertificateExpiryAlarm', {
    description:
      'The certificate ends in less than 30 days and was not renewed, and so it is with the CDN. See in the zone whether its validation records are there, and at the registrar whether the domain still leads to the zone',
    on: certificate,
    namespace: 'AWS/CertificateManager',
    metric: 'DaysToExpiry',
    dimensions: { CertificateArn: certificate.ref },
    statistic: 'Minimum',
    threshold: 30,
    comparison: 'LessThanThreshold',
    periodSeconds: 24 * 60 * 60,
    periods: 1,
    // There is no metric any more when it has ended: the alarm must not go out then.
    missingData: 'ignore',
    tell: params.WarningArn,
  });
}
