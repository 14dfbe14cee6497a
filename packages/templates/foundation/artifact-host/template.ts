import {
  artifactKeys,
  artifactStatements,
  type Build,
  defineTemplate,
  type Flag,
  forThisAccount,
  output,
  param,
  type Statement,
  serviceMay,
  unless,
  when,
  whenMap,
} from '@bitclouded/kit';
import { Aws, Fn } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { CfnDistribution, CfnOriginAccessControl, CfnResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { CfnRepositoryCreationTemplate } from 'aws-cdk-lib/aws-ecr';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import alerts from '../../operations/alerts/template.ts';

const parameters = {
  Prefix: param.bucketNamePrefix({
    description:
      'Begins the names of the buckets of all regions and of the registry. Changing it makes a new, empty host at new addresses',
    group: 'Host',
  }),
  PublisherArns: param.optionalPrincipalArns({
    description: 'Who alone may write artifacts, * for any text; empty leaves it to IAM',
    group: 'Host',
    label: 'Publishers',
  }),
  BreakGlassArns: param.optionalPrincipalArns({
    description: 'Who may delete artifacts, * for any text; empty for nobody',
    group: 'Host',
    label: 'Who may delete',
  }),
  ObjectLock: param.text({
    description: 'Locks each new version of an object; once on, the bucket has Object Lock for ever',
    group: 'Host',
    default: 'none',
    allowedValues: ['none', 'GOVERNANCE', 'COMPLIANCE'],
  }),
  ObjectLockDays: param.count({
    description: 'Days for which a new version is locked; only with ObjectLock',
    group: 'Host',
    default: '400',
    minimum: 1,
    maximum: 3650,
  }),
  PublicRegistryAlias: param.optionalText({
    description: 'Alias of the public registry of the account in ECR Public; empty for the private registry',
    group: 'Host',
    pattern: '[a-z0-9][a-z0-9._-]{1,49}',
    hint: 'the alias of a registry in ECR Public',
  }),
  Cdn: param.flag({
    description: 'Puts CloudFront in front of the bucket; only in the partition aws',
    group: 'CDN',
    label: 'CDN',
    default: 'true',
  }),
  Domain: param.optionalDomainName({
    description: 'Domain name of the CDN, which your DNS leads there; needs CdnCertificateArn',
    group: 'CDN',
  }),
  CdnCertificateArn: param.optionalCertificateArn({
    description: 'Certificate of Domain, in us-east-1',
    group: 'CDN',
    label: 'Certificate of the CDN',
  }),
  CdnWebAclArn: param.optionalWebAclArn({
    description: 'Web ACL of scope CLOUDFRONT in front of the CDN; empty for none',
    group: 'CDN',
    label: 'Web ACL of the CDN',
  }),
  BudgetAmount: param.count({
    description: 'What the account may cost a month, in USD (in China in CNY); only with BudgetEmail or BudgetTopicArn',
    group: 'Budget',
    default: '50',
    minimum: 1,
    maximum: 1_000_000,
  }),
  BudgetEmail: param.optionalEmailAddress({
    description: 'Address that is told when the month costs more. Changing it makes the budget anew',
    group: 'Budget',
  }),
  BudgetTopicArn: param.optionalTopicArn({
    description: 'Topic that lets budgets.amazonaws.com publish. Changing it makes the budget anew',
    group: 'Budget',
  }),
  WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
};
type Kit = Build<typeof parameters>;

const REVIEW = '2027-12-01';
/** CloudFront's own policy: keeps what Cache-Control says. Source: CloudFront Developer Guide, "Use managed cache policies". */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const YEAR_SECONDS = 365 * 24 * 60 * 60;

export default defineTemplate({
  name: 'foundation/artifact-host',
  summary: 'Home of a release host: bucket of artifacts that nobody overwrites, CDN, registry, budget',
  scope: 'account',
  parameters,
  outputs: {
    ArtifactBucket: output.bucketName('Bucket of artifacts in the home region'),
    CdnDomainName: output.dnsName.orEmpty('Domain name at which people read artifacts; empty without the CDN'),
    DistributionId: output.distributionId.orEmpty('Distribution that serves artifacts; empty without the CDN'),
    RegistryUri: output.text('Registry and namespace of the images'),
  },
  build(kit) {
    const { params, bucket, condition, except, rule } = kit;
    const isGiven = (value: string) => Fn.conditionNot(Fn.conditionEquals(value, ''));
    const { Domain, CdnCertificateArn } = params;
    rule('DomainNeedsCertificate', {
      describe: 'Domain and CdnCertificateArn come together or not at all',
      assert: Fn.conditionOr(
        Fn.conditionAnd(isGiven(Domain.orEmpty), isGiven(CdnCertificateArn.orEmpty)),
        Fn.conditionAnd(Fn.conditionEquals(Domain.orEmpty, ''), Fn.conditionEquals(CdnCertificateArn.orEmpty, '')),
      ),
    });
    // China's CloudFront serves no domain of its own and GovCloud has none: there people read from S3.
    const inAws = condition('InAws', { equal: [Aws.PARTITION, 'aws'] });
    const makesCdn = condition('MakesCdn', { all: [params.Cdn, inAws] });

    const logs = accessLogs(kit);
    const artifacts = bucket('Artifacts', {
      purpose: 'artifacts',
      namePrefix: params.Prefix,
      accessLogs: logs,
      objectLock: {
        on: condition('Locks', { not: condition('IsUnlocked', { equal: [params.ObjectLock, 'none'] }) }),
        mode: params.ObjectLock,
        days: params.ObjectLockDays,
      },
      statements: ({ attrArn }) => [
        ...artifactStatements(attrArn, {
          published: [
            artifactKeys.index,
            artifactKeys.latest,
            artifactKeys.aliases,
            artifactKeys.functions,
            artifactKeys.attestations,
          ],
          createOnly: [artifactKeys.versions, artifactKeys.functions, artifactKeys.attestations],
          swapped: [artifactKeys.index],
          publishers: params.PublisherArns,
          breakGlass: params.BreakGlassArns,
          releaseRoles: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/foundation/github-oidc/*`,
        }),
        ...readByCdn(attrArn).map((statement) => when(makesCdn, statement)),
      ],
    });
    // The website reads the index and manifests from a browser, where there is no CDN from the bucket itself.
    artifacts.bucket.corsConfiguration = {
      corsRules: [
        { allowedMethods: ['GET', 'HEAD'], allowedOrigins: ['*'], allowedHeaders: ['*'], exposedHeaders: ['ETag'] },
      ],
    };
    except(artifacts.bucket, 'no-public-buckets', {
      reason:
        'Published artifacts are for everybody: CloudFormation reads templates and Lambda reads code from S3 alone, in the name of any account. The policy lets everybody read the published keys, list nothing and write nothing',
      review: REVIEW,
    });

    const distribution = cdn(kit, artifacts.bucket, logs.bucket, makesCdn);
    budget(kit);
    return {
      ArtifactBucket: artifacts.bucket.ref,
      CdnDomainName: when(makesCdn, when<string>(Domain.given, Domain.orEmpty, distribution.attrDomainName), ''),
      DistributionId: when(makesCdn, distribution.ref, ''),
      RegistryUri: registry(kit, inAws),
    };
  },
});

/** The host's own: who reads what strangers publish is told apart from what an environment does. */
function accessLogs({ bucket, except }: Kit) {
  const logs = bucket('AccessLogs', {
    purpose: 'log target',
    infrequentAfterDays: 30,
    expireAfterDays: 365,
    statements: ({ attrArn }) => [
      serviceMay('logging.s3.amazonaws.com', 's3:PutObject', `${attrArn}/*`, { StringEquals: forThisAccount }),
    ],
  });
  logs.bucket.ownershipControls = { rules: [{ objectOwnership: 'BucketOwnerPreferred' }] };
  except(logs.bucket, 'no-acls', {
    reason: 'Outside us-east-1 a template gives a distribution only legacy logs, which are let in by an ACL alone',
    review: REVIEW,
  });
  return logs;
}

/** By the identity of the one distribution; listing lets it tell what is absent from what is forbidden. */
function readByCdn(bucketArn: string): Statement[] {
  const distribution = `arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:distribution/${Fn.ref('Distribution')}`;
  const source = { StringEquals: { 'aws:SourceArn': distribution } };
  return [
    { ...serviceMay('cloudfront.amazonaws.com', 's3:GetObject', `${bucketArn}/*`, source), Sid: 'Cdn' },
    { ...serviceMay('cloudfront.amazonaws.com', 's3:ListBucket', bucketArn, source), Sid: 'CdnTellsAbsence' },
  ];
}

function cdn({ scope, params, condition, alarm, allow }: Kit, bucket: CfnBucket, logs: CfnBucket, makesCdn: Flag) {
  const control = new CfnOriginAccessControl(scope, 'OriginAccessControl', {
    originAccessControlConfig: {
      name: Aws.STACK_NAME,
      originAccessControlOriginType: 's3',
      signingBehavior: 'always',
      signingProtocol: 'sigv4',
    },
  });
  const headers = new CfnResponseHeadersPolicy(scope, 'SecurityHeaders', {
    responseHeadersPolicyConfig: {
      name: Aws.STACK_NAME,
      comment: 'Artifacts are data, which no browser runs or frames, and any page may read',
      corsConfig: {
        accessControlAllowCredentials: false,
        accessControlAllowHeaders: { items: ['*'] },
        accessControlAllowMethods: { items: ['GET', 'HEAD', 'OPTIONS'] },
        accessControlAllowOrigins: { items: ['*'] },
        accessControlExposeHeaders: { items: ['ETag'] },
        originOverride: true,
      },
      securityHeadersConfig: {
        contentSecurityPolicy: { contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'", override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: 'DENY', override: true },
        referrerPolicy: { referrerPolicy: 'no-referrer', override: true },
        strictTransportSecurity: { accessControlMaxAgeSec: YEAR_SECONDS, includeSubdomains: false, override: true },
      },
    },
  });
  const hasCertificate = params.CdnCertificateArn.given;
  const distribution = new CfnDistribution(scope, 'Distribution', {
    distributionConfig: {
      comment: `Artifacts of ${Aws.STACK_NAME}`,
      enabled: true,
      httpVersion: 'http2and3',
      ipv6Enabled: true,
      priceClass: 'PriceClass_100',
      defaultRootObject: artifactKeys.index,
      aliases: params.Domain.list(),
      viewerCertificate: {
        acmCertificateArn: params.CdnCertificateArn.or(),
        minimumProtocolVersion: when(hasCertificate, 'TLSv1.2_2021'),
        sslSupportMethod: when(hasCertificate, 'sni-only'),
        cloudFrontDefaultCertificate: unless<boolean>(hasCertificate, true),
      },
      webAclId: params.CdnWebAclArn.or(),
      logging: { bucket: logs.attrDomainName, prefix: `${Aws.STACK_NAME}-Distribution/`, includeCookies: false },
      origins: [
        {
          id: 'Artifacts',
          domainName: bucket.attrRegionalDomainName,
          originAccessControlId: control.ref,
          s3OriginConfig: { originAccessIdentity: '' },
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: 'Artifacts',
        viewerProtocolPolicy: 'redirect-to-https',
        allowedMethods: ['GET', 'HEAD', 'OPTIONS'],
        cachePolicyId: CACHING_OPTIMIZED,
        responseHeadersPolicyId: headers.ref,
        compress: true,
      },
    },
  });
  for (const made of [control, headers, distribution]) makesCdn.guards(made);
  allow({
    who: distribution,
    actions: ['s3:GetObject', 's3:ListBucket'],
    resource: 'Artifacts',
    why: 'It serves what is published, and tells what is absent',
  });

  const failing = alarm('CdnErrorsAlarm', {
    description:
      'One in twenty requests to the CDN failed for 15 minutes: the bucket, its policy or CloudFront is at fault',
    on: distribution,
    namespace: 'AWS/CloudFront',
    metric: '5xxErrorRate',
    dimensions: { DistributionId: distribution.ref, Region: 'Global' },
    statistic: 'Average',
    threshold: 5,
    periodSeconds: 300,
    periods: 3,
    tell: params.WarningArn,
  });
  // CloudFront tells its metrics there alone.
  const withMetrics = condition('InRegionOfCdnMetrics', { equal: [Aws.REGION, 'us-east-1'] });
  condition('WatchesCdn', { all: [makesCdn, withMetrics] }).guards(failing);
  return distribution;
}

/** Tells before the month is over. A public host pays for what strangers download. */
function budget({ scope, params, condition }: Kit): void {
  const { BudgetEmail, BudgetTopicArn } = params;
  const subscribers = [
    whenMap<CfnBudget.SubscriberProperty>(BudgetEmail.given, {
      SubscriptionType: 'EMAIL',
      Address: BudgetEmail.orEmpty,
    }),
    whenMap<CfnBudget.SubscriberProperty>(BudgetTopicArn.given, {
      SubscriptionType: 'SNS',
      Address: BudgetTopicArn.orEmpty,
    }),
  ];
  const notification = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
    subscribers,
  });
  const inChina = condition('InChina', { equal: [Aws.PARTITION, 'aws-cn'] });
  const made = new CfnBudget(scope, 'Budget', {
    budget: {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: params.BudgetAmount, unit: when(inChina, 'CNY', 'USD') },
    },
    notificationsWithSubscribers: [notification('ACTUAL', 80), notification('FORECASTED', 100)],
  });
  condition('MakesBudget', { any: [BudgetEmail.given, BudgetTopicArn.given] }).guards(made);
}

/** The images' address. What is pushed to the private registry makes its repository by this, with tags that never move. */
function registry({ scope, params, condition }: Kit, inAws: Flag): string {
  const { Prefix, PublicRegistryAlias } = params;
  const creation = new CfnRepositoryCreationTemplate(scope, 'RepositoryCreation', {
    prefix: Prefix,
    description: 'Images of the release host',
    appliedFor: ['CREATE_ON_PUSH'],
    imageTagMutability: 'IMMUTABLE',
    encryptionConfiguration: { encryptionType: 'AES256' },
  });
  const isPrivate = condition('IsPrivateRegistry', { not: PublicRegistryAlias.given });
  condition('MakesRepositories', { all: [isPrivate, inAws] }).guards(creation);
  return when(
    PublicRegistryAlias.given,
    `public.ecr.aws/${PublicRegistryAlias.orEmpty}/${Prefix}`,
    `${Aws.ACCOUNT_ID}.dkr.ecr.${Aws.REGION}.${Aws.URL_SUFFIX}/${Prefix}`,
  );
}
