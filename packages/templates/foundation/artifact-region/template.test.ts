import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { decide, type PolicyRequest, type Rendered, type RenderOptions, render, type Statement } from '@bitclouded/kit';
import template from './template.ts';

const ADMINISTRATOR = 'arn:aws:iam::123456789012:role/Administrator';
const PUBLISH = 'arn:aws:iam::123456789012:role/foundation/github-oidc/Publish';
const BUCKET = '${Artifacts.Arn}';

const known = new Map<string, Rendered>();
/** Many tests ask about the same stack. */
function renderedOnce(options: RenderOptions): Rendered {
  const key = JSON.stringify(options);
  if (!known.has(key)) known.set(key, render(template, options));
  return known.get(key)!;
}

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = {}) {
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
  return { resources, outputs, ask };
}
const unconditional = { 's3:ObjectCreationOperation': 'true' };
const ifAbsent = { ...unconditional, 's3:if-none-match': '*' };

test('everybody reads code and receipts, and nothing else', () => {
  const { ask } = rendered();
  const read = (key: string) => ask({ action: 's3:GetObject', key });
  expect(['lambdas/a/1.zip', 'v1.4.0/manifest.json'].map(read)).toEqual(['allowed', 'allowed']);
  expect(['index.json', 'private', 'v1/manifest.json'].map(read)).toEqual(['neither', 'neither', 'neither']);
  expect(ask({ action: 's3:ListBucket' })).toBe('neither');
  expect(ask({ action: 's3:GetObject', key: 'lambdas/a/1.zip', context: { 'aws:SecureTransport': 'false' } })).toBe(
    'denied',
  );
});

test('code and receipts are created, never replaced, and never deleted', () => {
  const { ask } = rendered();
  for (const key of ['lambdas/a/1.zip', 'v1.4.0/manifest.json']) {
    const write = { who: ADMINISTRATOR, action: 's3:PutObject', key };
    expect(ask({ ...write, context: unconditional })).toBe('denied');
    expect(ask({ ...write, context: ifAbsent })).toBe('neither');
    expect(ask({ who: ADMINISTRATOR, action: 's3:DeleteObject', key })).toBe('denied');
    expect(ask({ who: ADMINISTRATOR, action: 's3:DeleteObjectVersion', key })).toBe('denied');
  }
});

test('publishers alone write, and who may break the glass alone deletes, where they are given', () => {
  const { ask } = rendered({ PublisherArns: PUBLISH, BreakGlassArns: ADMINISTRATOR });
  const write = { action: 's3:PutObject', key: 'lambdas/a/1.zip', context: ifAbsent };
  expect(ask({ ...write, who: PUBLISH })).toBe('neither');
  expect(ask({ ...write, who: ADMINISTRATOR })).toBe('denied');
  const remove = { action: 's3:DeleteObject', key: 'lambdas/a/1.zip' };
  expect(ask({ ...remove, who: PUBLISH })).toBe('denied');
  expect(ask({ ...remove, who: ADMINISTRATOR })).toBe('neither');
});

test.each([
  ['aws', 'eu-west-1'],
  ['aws-cn', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-west-1'],
] as const)('in %s the roles of the release change nothing about the bucket', (partition, region) => {
  const { ask } = rendered({}, { partition, region });
  const role = (name: string) => `arn:${partition}:iam::123456789012:role/${name}`;
  expect(ask({ who: role('foundation/github-oidc/Publish'), action: 's3:PutBucketPolicy' })).toBe('denied');
  expect(ask({ who: role('Administrator'), action: 's3:PutBucketPolicy' })).toBe('neither');
});

test('the bucket is named by prefix in the account’s own namespace, and outlives its stack', () => {
  const { resources, outputs } = rendered();
  expect(resources.Artifacts).toMatchObject({
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    DependsOn: ['AccessLogsPolicy'],
    Properties: {
      BucketNamePrefix: 'releases',
      BucketNamespace: 'account-regional',
      LoggingConfiguration: { DestinationBucketName: '${AccessLogs}', LogFilePrefix: 'stack-Artifacts/' },
      LifecycleConfiguration: { Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }] },
    },
  });
  expect(outputs).toEqual({ RegionBucket: '${Artifacts}' });
});

test('objects expire nowhere but in the access logs', () => {
  const rules = (id: string) => JSON.stringify(rendered().resources[id]!.Properties.LifecycleConfiguration);
  expect(rules('Artifacts')).not.toContain('Expiration');
  expect(rules('AccessLogs')).toContain('ExpirationInDays');
});

test('versions are locked only where it is asked for', () => {
  const bucket = (parameters: Record<string, string>) => rendered(parameters).resources.Artifacts!.Properties;
  expect(bucket({ ObjectLock: 'COMPLIANCE', ObjectLockDays: '30' })).toMatchObject({
    ObjectLockEnabled: true,
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: '30' } } },
  });
  expect(bucket({ ObjectLockDays: '30' })).not.toHaveProperty('ObjectLockEnabled');
});

test('no update but that of the prefix replaces a bucket', () => {
  const replaced = (to: Record<string, string>) =>
    Object.entries(
      fullDiff({ Resources: rendered().resources }, { Resources: rendered(to).resources }).resources.changes,
    )
      .filter(([, { changeImpact }]) => ![ResourceImpact.NO_CHANGE, ResourceImpact.WILL_UPDATE].includes(changeImpact))
      .map(([logicalId]) => logicalId);
  expect(replaced({ PublisherArns: PUBLISH, BreakGlassArns: ADMINISTRATOR })).toEqual([]);
  expect(replaced({ Prefix: 'others' })).toContain('Artifacts');
});
