import { keyOf } from '@bitclouded/documents';
import { output } from '../definition/output.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';
import { decide } from '../rendering/decide.ts';
import { render } from '../rendering/render.ts';
import { artifactKeys, artifactStatements } from './artifact-statements.ts';
import type { Statement } from './resources.ts';

const ADMINISTRATOR = 'arn:aws:iam::123456789012:role/Administrator';
const PUBLISHER = 'arn:aws:iam::123456789012:role/release/Publish';
/** As `render` writes an attribute that only AWS knows. */
const BUCKET = '${Artifacts.Arn}';

const host = defineTemplate({
  name: 'test/host',
  summary: 'A bucket of artifacts',
  parameters: {
    Prefix: param.bucketNamePrefix({ description: 'Prefix' }),
    Publishers: param.optionalPrincipalArns({ description: 'Who writes' }),
    BreakGlass: param.optionalPrincipalArns({ description: 'Who deletes' }),
    Locks: param.flag({ description: 'Locks versions' }),
  },
  outputs: { Bucket: output.bucketName('The bucket') },
  build({ params, bucket }) {
    const made = bucket('Artifacts', {
      purpose: 'artifacts',
      namePrefix: params.Prefix,
      objectLock: { on: params.Locks, mode: 'GOVERNANCE', days: 30 },
      statements: ({ attrArn }) =>
        artifactStatements(attrArn, {
          published: [artifactKeys.index, artifactKeys.functions],
          createOnly: [artifactKeys.versions, artifactKeys.functions],
          swapped: [artifactKeys.index],
          publishers: params.Publishers,
          breakGlass: params.BreakGlass,
          releaseRoles: 'arn:aws:iam::123456789012:role/release/*',
        }),
    });
    return { Bucket: made.bucket.ref };
  },
});

function rendered(parameters: Record<string, string> = {}) {
  const { resources } = render(host, { parameters: { Prefix: 'releases', ...parameters } });
  const { PolicyDocument } = resources.ArtifactsPolicy!.Properties as unknown as {
    PolicyDocument: { Statement: readonly Statement[] };
  };
  const ask = (action: string, key: string, context: Record<string, string> = {}, who = ADMINISTRATOR) =>
    decide(PolicyDocument.Statement, {
      who,
      action: `s3:${action}`,
      resource: key ? `${BUCKET}/${key}` : BUCKET,
      context: { 'aws:SecureTransport': 'true', ...context },
    });
  return { bucket: resources.Artifacts!.Properties, ask };
}

/** A whole object by PutObject or CompleteMultipartUpload. */
const whole = { 's3:ObjectCreationOperation': 'true' };
const ifAbsent = { ...whole, 's3:if-none-match': '*' };
const ifSame = { ...whole, 's3:if-match': '"tag"' };

describe('keys', () => {
  const matches = (pattern: string, key: string) =>
    decide([{ Effect: 'Allow', Action: '*', Resource: pattern }], { action: 'a', resource: key }) === 'allowed';
  const versions = [
    keyOf.claim('1.4.0'),
    keyOf.manifest('10.20.30'),
    keyOf.sums('2.0.0-rc.1'),
    keyOf.template('1.4.0-dev.a1b2c3d4e5f6', 'networking/vpc'),
    keyOf.schema('1.4.0', 'manifest'),
    keyOf.interface('1.4.0', 'template', 'networking/vpc'),
  ];
  const aliases = ['latest', 'v1', 'v1.4', 'v10.20'].flatMap((channel) => [
    keyOf.aliasRecord(channel),
    keyOf.alias(channel, '1.4.0', keyOf.template('1.4.0', 'networking/vpc')),
    keyOf.alias(channel, '1.4.0', keyOf.schema('1.4.0', 'manifest')),
  ]);

  test.each(versions)('%s is of a version', (key) => expect(matches(artifactKeys.versions, key)).toBe(true));
  test.each(aliases)('%s is of an alias and of no version', (key) => {
    expect(matches(artifactKeys.versions, key)).toBe(false);
    expect([artifactKeys.latest, artifactKeys.aliases].some((pattern) => matches(pattern, key))).toBe(true);
  });
  test('functions and the index are neither', () => {
    for (const key of [keyOf.lambda('log-governor', 'a'.repeat(64)), keyOf.index()])
      expect([artifactKeys.versions, artifactKeys.aliases].some((pattern) => matches(pattern, key))).toBe(false);
    expect(matches(artifactKeys.functions, keyOf.lambda('log-governor', 'a'.repeat(64)))).toBe(true);
    expect(artifactKeys.index).toBe(keyOf.index());
  });
});

test('what is created once is written only where nothing is', () => {
  const { ask } = rendered();
  for (const key of ['v1.4.0/manifest.json', 'lambdas/a/1.zip']) {
    expect(ask('PutObject', key, whole)).toBe('denied');
    expect(ask('PutObject', key, ifSame)).toBe('denied');
    expect(ask('PutObject', key, ifAbsent)).toBe('neither');
  }
});

test('parts of an upload carry no condition, and need none', () => {
  const { ask } = rendered();
  expect(ask('PutObject', 'lambdas/a/1.zip', { 's3:ObjectCreationOperation': 'false' })).toBe('neither');
});

test('what is swapped is written only by who says what is there', () => {
  const { ask } = rendered();
  expect(ask('PutObject', 'index.json', whole)).toBe('denied');
  expect(ask('PutObject', 'index.json', ifSame)).toBe('neither');
  expect(ask('PutObject', 'index.json', ifAbsent)).toBe('neither');
});

test('the rest is written freely by whom IAM lets', () => {
  const { ask } = rendered();
  for (const key of ['latest/alias.json', 'v1/alias.json', 'v1.4/alias.json'])
    expect(ask('PutObject', key, whole)).toBe('neither');
});

test('nothing is encrypted so that nobody anonymous can read it', () => {
  const { ask } = rendered();
  const encrypted = (by: string) =>
    ask('PutObject', 'v1.4.0/a.json', { ...ifAbsent, 's3:x-amz-server-side-encryption': by });
  expect(['aws:kms', 'aws:kms:dsse', 'AES256'].map(encrypted)).toEqual(['denied', 'denied', 'neither']);
});

test('publishers alone write, where there are any', () => {
  const { ask } = rendered({ Publishers: `${PUBLISHER},arn:aws:iam::123456789012:user/ci-*` });
  const write = (who: string) => ask('PutObject', 'v1.4.0/a.json', ifAbsent, who);
  expect(write(ADMINISTRATOR)).toBe('denied');
  expect(write(PUBLISHER)).toBe('neither');
  expect(write('arn:aws:iam::123456789012:user/ci-1')).toBe('neither');
});

test('nobody deletes, but who may break the glass', () => {
  for (const action of ['DeleteObject', 'DeleteObjectVersion', 'BypassGovernanceRetention']) {
    expect(rendered().ask(action, 'index.json')).toBe('denied');
    const broken = rendered({ BreakGlass: ADMINISTRATOR });
    expect(broken.ask(action, 'index.json')).toBe('neither');
    expect(broken.ask(action, 'index.json', {}, PUBLISHER)).toBe('denied');
  }
});

test('roles of the release change nothing about the bucket; who keeps the stack does', () => {
  const { ask } = rendered();
  for (const action of ['PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketVersioning', 'PutLifecycleConfiguration']) {
    expect(ask(action, '', {}, PUBLISHER)).toBe('denied');
    expect(ask(action, '')).toBe('neither');
  }
});

test('everybody reads exactly what is published, by TLS', () => {
  const { ask } = rendered();
  const stranger = 'arn:aws:iam::210987654321:role/any';
  expect(ask('GetObject', 'index.json', {}, stranger)).toBe('allowed');
  expect(ask('GetObject', 'lambdas/a/1.zip', {}, stranger)).toBe('allowed');
  expect(ask('GetObject', 'v1.4.0/a.json', {}, stranger)).toBe('neither');
  expect(ask('ListBucket', '', {}, stranger)).toBe('neither');
  expect(ask('PutObject', 'latest/a.json', whole, stranger)).toBe('neither');
  expect(ask('GetObject', 'index.json', { 'aws:SecureTransport': 'false' }, stranger)).toBe('denied');
});

test('the bucket has a name in the account’s own namespace, and takes a public policy but no ACLs', () => {
  const { bucket } = rendered();
  expect(bucket).toMatchObject({
    BucketNamePrefix: 'releases',
    BucketNamespace: 'account-regional',
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    VersioningConfiguration: { Status: 'Enabled' },
  });
  expect(bucket).not.toHaveProperty('BucketName');
});

test('versions are locked where it is asked for', () => {
  expect(rendered({ Locks: 'true' }).bucket).toMatchObject({
    ObjectLockEnabled: true,
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } },
    },
  });
  expect(rendered().bucket).not.toHaveProperty('ObjectLockEnabled');
  expect(rendered().bucket).not.toHaveProperty('ObjectLockConfiguration');
});

test.each(['-a', 'a', 'A-b', 'a_b', 'a'.repeat(31)])('%s is no prefix of buckets', (Prefix) => {
  expect(() => rendered({ Prefix })).toThrow(/Prefix/);
});
test.each(['*', 'arn:aws:iam::123456789012:root', `${PUBLISHER},*`, `${PUBLISHER};`])(
  '%s names no principal of the account',
  (Publishers) => expect(() => rendered({ Publishers })).toThrow(/Publishers/),
);
