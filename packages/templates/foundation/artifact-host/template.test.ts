import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { decide, type PolicyRequest, type Rendered, type RenderOptions, render, type Statement } from '@bitclouded/kit';
import template from './template.ts';

const ACCOUNT = '123456789012';
const ADMINISTRATOR = `arn:aws:iam::${ACCOUNT}:role/Administrator`;
const PROMOTE = `arn:aws:iam::${ACCOUNT}:role/foundation/github-oidc/Promote`;
const CERTIFICATE = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1`;
const WEB_ACL = `arn:aws:wafv2:us-east-1:${ACCOUNT}:global/webacl/one/1`;
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:warnings`;
const BUCKET = '${Artifacts.Arn}';
const HOME: RenderOptions = { region: 'us-east-1' };
const CHINA: RenderOptions = { partition: 'aws-cn', region: 'cn-north-1' };
const GOVCLOUD: RenderOptions = { partition: 'aws-us-gov', region: 'us-gov-west-1' };

const known = new Map<string, Rendered>();
/** Many tests ask about the same stack. */
function renderedOnce(options: RenderOptions): Rendered {
  const key = JSON.stringify(options);
  if (!known.has(key)) known.set(key, render(template, options));
  return known.get(key)!;
}

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = HOME) {
  const { resources, outputs } = renderedOnce({ ...options, parameters: { Prefix: 'releases', ...parameters } });
  const { PolicyDocument } = resources.ArtifactsPolicy!.Properties as unknown as {
    PolicyDocument: { Statement: readonly Statement[] };
  };
  const ask = (request: Omit<PolicyRequest, 'resource'> & { readonly key?: string }) =>
    decide(PolicyDocument.Statement, {
      ...request,
      resource: request.key === undefined ? BUCKET : `${BUCKET}/${request.key}`,
      context: { 'aws:SecureTransport': 'true', ...request.context },
    });
  const properties = (id: string) => resources[id]!.Properties as Readonly<Record<string, unknown>>;
  return { resources, outputs, ask, properties };
}
const distributionOf = (...given: Parameters<typeof rendered>) =>
  rendered(...given).properties('Distribution').DistributionConfig as Record<string, unknown>;

const unconditional = { 's3:ObjectCreationOperation': 'true' };
const ifAbsent = { ...unconditional, 's3:if-none-match': '*' };
const ifSame = { ...unconditional, 's3:if-match': '"tag"' };

describe('the bucket', () => {
  test('lets everybody read what is published, and list nothing', () => {
    const { ask } = rendered();
    for (const key of ['index.json', 'latest/a.json', 'v1/a.json', 'v1.4/a.json', 'v1.4.0/templates/a/b.yaml'])
      expect([key, ask({ action: 's3:GetObject', key })]).toEqual([key, 'allowed']);
    for (const key of ['lambdas/a/1.zip', 'attestations/1.json'])
      expect([key, ask({ action: 's3:GetObject', key })]).toEqual([key, 'allowed']);
    for (const key of ['private', 'index.json.bak', 'logs/a', 'latest'])
      expect([key, ask({ action: 's3:GetObject', key })]).toEqual([key, 'neither']);
    expect(ask({ action: 's3:ListBucket' })).toBe('neither');
    expect(ask({ action: 's3:ListBucketVersions' })).toBe('neither');
    expect(ask({ action: 's3:GetObjectVersion', key: 'index.json' })).toBe('neither');
    expect(ask({ action: 's3:PutObject', key: 'index.json', context: ifSame })).toBe('neither');
  });

  test('answers by TLS alone', () => {
    const plain = { 'aws:SecureTransport': 'false' };
    expect(rendered().ask({ action: 's3:GetObject', key: 'index.json', context: plain })).toBe('denied');
  });

  test.each(['v1.4.0/claim.json', 'v2.0.0-rc.0/manifest.json', 'lambdas/a/1.zip', 'attestations/1.json'])(
    '%s is created once, by whomever',
    (key) => {
      const write = { who: ADMINISTRATOR, action: 's3:PutObject', key };
      expect(rendered().ask({ ...write, context: unconditional })).toBe('denied');
      expect(rendered().ask({ ...write, context: ifSame })).toBe('denied');
      expect(rendered().ask({ ...write, context: ifAbsent })).toBe('neither');
    },
  );

  test('the index is created or swapped; aliases are written freely', () => {
    const write = (key: string, context: Record<string, string>) =>
      rendered().ask({ who: PROMOTE, action: 's3:PutObject', key, context });
    expect(write('index.json', unconditional)).toBe('denied');
    expect(write('index.json', ifAbsent)).toBe('neither');
    expect(write('index.json', ifSame)).toBe('neither');
    for (const key of ['latest/a.json', 'v1/a.json', 'v1.4/a.json']) expect(write(key, unconditional)).toBe('neither');
  });

  test('nobody deletes anything, but who may break the glass', () => {
    for (const key of ['index.json', 'latest/a.json', 'v1.4.0/a.json']) {
      const remove = { who: ADMINISTRATOR, action: 's3:DeleteObjectVersion', key };
      expect(rendered().ask(remove)).toBe('denied');
      expect(rendered({ BreakGlassArns: ADMINISTRATOR }).ask(remove)).toBe('neither');
      expect(rendered({ BreakGlassArns: ADMINISTRATOR }).ask({ ...remove, who: PROMOTE })).toBe('denied');
    }
  });

  test.each([
    ['aws', HOME],
    ['aws-cn', CHINA],
    ['aws-us-gov', GOVCLOUD],
  ] as const)('in %s no role of the release governs it, and who keeps the stack does', (partition, options) => {
    const { ask } = rendered({}, options);
    const role = (name: string) => `arn:${partition}:iam::${ACCOUNT}:role/${name}`;
    for (const action of ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:DeleteBucket']) {
      expect(ask({ who: role('foundation/github-oidc/Promote'), action })).toBe('denied');
      expect(ask({ who: role('Administrator'), action })).toBe('neither');
    }
  });

  test('is logged, versioned, kept, and read by web pages', () => {
    expect(rendered().resources.Artifacts).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      DependsOn: ['AccessLogsPolicy'],
      Properties: {
        BucketNamePrefix: 'releases',
        BucketNamespace: 'account-regional',
        VersioningConfiguration: { Status: 'Enabled' },
        LoggingConfiguration: { DestinationBucketName: '${AccessLogs}', LogFilePrefix: 'stack-Artifacts/' },
        CorsConfiguration: { CorsRules: [{ AllowedMethods: ['GET', 'HEAD'], AllowedOrigins: ['*'] }] },
        LifecycleConfiguration: { Rules: [{ Id: 'AbortIncompleteUploads' }] },
      },
    });
  });

  test('locks new versions where it is told to', () => {
    expect(rendered({ ObjectLock: 'GOVERNANCE', ObjectLockDays: '30' }).properties('Artifacts')).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: '30' } } },
    });
    expect(rendered().properties('Artifacts')).not.toHaveProperty('ObjectLockEnabled');
  });
});

describe('the CDN', () => {
  test('reads the bucket by the identity of this one distribution, and tells what is absent', () => {
    const cloudFront = (distribution: string) => ({
      who: 'cloudfront.amazonaws.com',
      context: { 'aws:SourceArn': `arn:aws:cloudfront::${ACCOUNT}:distribution/${distribution}` },
    });
    const { ask } = rendered();
    expect(ask({ ...cloudFront('${Distribution}'), action: 's3:ListBucket' })).toBe('allowed');
    expect(ask({ ...cloudFront('E2QWRUHEXAMPLE'), action: 's3:ListBucket' })).toBe('neither');
    const { Origins } = distributionOf();
    expect(Origins).toEqual([
      {
        Id: 'Artifacts',
        DomainName: '${Artifacts.RegionalDomainName}',
        OriginAccessControlId: '${OriginAccessControl}',
        S3OriginConfig: { OriginAccessIdentity: '' },
      },
    ]);
  });

  test('serves by TLS, shows the index first, and keeps answers as long as their Cache-Control says', () => {
    expect(distributionOf()).toMatchObject({
      DefaultRootObject: 'index.json',
      DefaultCacheBehavior: {
        ViewerProtocolPolicy: 'redirect-to-https',
        AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
        CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
        ResponseHeadersPolicyId: '${SecurityHeaders}',
      },
      Logging: { Bucket: '${AccessLogs.DomainName}', Prefix: 'stack-Distribution/' },
      ViewerCertificate: { CloudFrontDefaultCertificate: true },
    });
  });

  test('tells browsers to run, frame and guess nothing', () => {
    expect(rendered().properties('SecurityHeaders')).toMatchObject({
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: {
          ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'" },
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: 'DENY' },
          StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 },
        },
      },
    });
  });

  test('has a domain of yours with its certificate, and only with it', () => {
    const parameters = { Domain: 'releases.example.com', CdnCertificateArn: CERTIFICATE };
    expect(distributionOf(parameters)).toMatchObject({
      Aliases: ['releases.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: CERTIFICATE,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    expect(distributionOf(parameters).ViewerCertificate).not.toHaveProperty('CloudFrontDefaultCertificate');
    expect(rendered(parameters).outputs.CdnDomainName).toBe('releases.example.com');
    for (const [name, value] of Object.entries(parameters))
      expect(() => rendered({ [name]: value })).toThrow(/DomainNeedsCertificate|come together/);
    expect(distributionOf()).not.toHaveProperty('Aliases');
  });

  test('stands behind a web ACL where there is one', () => {
    expect(distributionOf({ CdnWebAclArn: WEB_ACL }).WebACLId).toBe(WEB_ACL);
    expect(distributionOf()).not.toHaveProperty('WebACLId');
  });

  test('rings where CloudFront tells its metrics', () => {
    const alarm = rendered({ WarningArn: TOPIC }).properties('CdnErrorsAlarm');
    expect(alarm).toMatchObject({
      MetricName: '5xxErrorRate',
      Dimensions: [
        { Name: 'DistributionId', Value: '${Distribution}' },
        { Name: 'Region', Value: 'Global' },
      ],
      AlarmActions: [TOPIC],
    });
    expect(rendered({}, { region: 'eu-west-1' }).resources).not.toHaveProperty('CdnErrorsAlarm');
  });

  test.each<[string, Record<string, string>, RenderOptions]>([
    ['where it is turned off', { Cdn: 'false' }, HOME],
    ['in China', {}, CHINA],
    ['in GovCloud', {}, GOVCLOUD],
  ])('is not there %s', (_, parameters, options) => {
    const { resources, outputs, ask } = rendered(parameters, options);
    const types = Object.values(resources).map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith('AWS::CloudFront'))).toEqual([]);
    expect(outputs).toMatchObject({ CdnDomainName: '', DistributionId: '', ArtifactBucket: '${Artifacts}' });
    expect(ask({ who: 'cloudfront.amazonaws.com', action: 's3:ListBucket' })).toBe('neither');
    expect(resources).not.toHaveProperty('CdnErrorsAlarm');
  });
});

describe('the budget', () => {
  const subscribers = (parameters: Record<string, string>) => {
    const notifications = rendered(parameters).properties('Budget').NotificationsWithSubscribers as {
      Subscribers: object[];
    }[];
    return notifications.map(({ Subscribers }) => Subscribers);
  };

  test('tells an address, a topic or both, before and when it is spent', () => {
    const email = { SubscriptionType: 'EMAIL', Address: 'ops@example.com' };
    const topic = { SubscriptionType: 'SNS', Address: TOPIC };
    expect(subscribers({ BudgetEmail: 'ops@example.com' })).toEqual([[email], [email]]);
    expect(subscribers({ BudgetTopicArn: TOPIC })).toEqual([[topic], [topic]]);
    expect(subscribers({ BudgetEmail: 'ops@example.com', BudgetTopicArn: TOPIC })).toEqual([
      [email, topic],
      [email, topic],
    ]);
  });

  test('counts in the money of the partition', () => {
    const limit = (options: RenderOptions) =>
      (
        rendered({ BudgetEmail: 'ops@example.com', BudgetAmount: '7' }, options).properties('Budget').Budget as {
          BudgetLimit: object;
        }
      ).BudgetLimit;
    expect(limit(HOME)).toEqual({ Amount: '7', Unit: 'USD' });
    expect(limit(CHINA)).toEqual({ Amount: '7', Unit: 'CNY' });
  });

  test('is not there where nobody would be told', () => {
    expect(rendered().resources).not.toHaveProperty('Budget');
  });
});

describe('the registry', () => {
  test('is the private one, where a push makes its repository with tags that never move', () => {
    const { outputs, properties } = rendered();
    expect(outputs.RegistryUri).toBe(`${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/releases`);
    expect(properties('RepositoryCreation')).toMatchObject({
      Prefix: 'releases',
      AppliedFor: ['CREATE_ON_PUSH'],
      ImageTagMutability: 'IMMUTABLE',
    });
  });

  test('is the public one where it has an alias', () => {
    const { outputs, resources } = rendered({ PublicRegistryAlias: 'bitclouded' });
    expect(outputs.RegistryUri).toBe('public.ecr.aws/bitclouded/releases');
    expect(resources).not.toHaveProperty('RepositoryCreation');
  });

  test.each([
    [CHINA, `${ACCOUNT}.dkr.ecr.cn-north-1.amazonaws.com.cn/releases`],
    [GOVCLOUD, `${ACCOUNT}.dkr.ecr.us-gov-west-1.amazonaws.com/releases`],
  ])('has its own address in each partition', (options, uri) => {
    const { outputs, resources } = rendered({}, options);
    expect(outputs.RegistryUri).toBe(uri);
    expect(resources).not.toHaveProperty('RepositoryCreation');
  });
});

describe('an update', () => {
  const replaced = (from: Record<string, string>, to: Record<string, string>) =>
    Object.entries(
      fullDiff({ Resources: rendered(from).resources }, { Resources: rendered(to).resources }).resources.changes,
    )
      .filter(([, { changeImpact }]) => ![ResourceImpact.NO_CHANGE, ResourceImpact.WILL_UPDATE].includes(changeImpact))
      .map(([logicalId]) => logicalId);

  test('of anything but the prefix replaces no bucket and no distribution', () => {
    const domain = { Domain: 'releases.example.com', CdnCertificateArn: CERTIFICATE, CdnWebAclArn: WEB_ACL };
    expect(replaced({}, { ...domain, PublisherArns: PROMOTE, BreakGlassArns: ADMINISTRATOR })).toEqual([]);
  });

  test('of who is told makes the budget anew, and that of the amount does not', () => {
    const before = { BudgetEmail: 'ops@example.com' };
    expect(replaced(before, { BudgetEmail: 'others@example.com' })).toEqual(['Budget']);
    expect(replaced(before, { ...before, BudgetAmount: '7' })).toEqual([]);
  });

  test('of the prefix makes another host', () => {
    expect(replaced({}, { Prefix: 'others' })).toEqual(expect.arrayContaining(['Artifacts', 'RepositoryCreation']));
  });
});
