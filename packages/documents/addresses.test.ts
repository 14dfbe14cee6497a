import fc from 'fast-check';
import { bucketOf, cdnUrlOf, imageReferenceOf, keyOf, urlOf } from './addresses.ts';
import { type AwsHost, type FolderHost, partitionOf } from './host.ts';
import { hostKey } from './primitives.ts';

const shared = {
  prefix: 'bitclouded',
  account: '123456789012',
  homeRegion: 'eu-west-1',
  regions: ['eu-west-1', 'us-east-1'],
  registry: 'public.ecr.aws/bitclouded',
};
const aws: AwsHost = {
  name: 'production',
  kind: 'aws',
  cdn: { domain: 'cdn.example.com', distributionId: 'E2QWRUHEXAMPLE' },
  ...shared,
};
const china: AwsHost = { ...aws, homeRegion: 'cn-north-1', regions: ['cn-north-1'] };
const folder: FolderHost = {
  name: 'local',
  kind: 'folder',
  folder: 'dist/host',
  address: 'http://127.0.0.1:4874',
  ...shared,
};
const digest = `sha256:${'0'.repeat(64)}`;
const zip = keyOf.lambda('log-governor', 'f'.repeat(64));

describe('keyOf', () => {
  it('puts what belongs to a version under it, and content under its hash', () => {
    expect([
      keyOf.index(),
      keyOf.claim('1.4.0'),
      keyOf.manifest('1.4.0'),
      keyOf.sums('1.4.0'),
      keyOf.template('1.4.0', 'networking/vpc'),
      keyOf.interface('1.4.0', 'template', 'networking/vpc'),
      keyOf.interface('1.4.0', 'lambda', 'log-governor'),
      keyOf.schema('1.4.0', 'manifest'),
      zip,
      keyOf.aliasRecord('v1.4'),
    ]).toEqual([
      'index.json',
      'v1.4.0/claim.json',
      'v1.4.0/manifest.json',
      'v1.4.0/SHA256SUMS',
      'v1.4.0/templates/networking/vpc.yaml',
      'v1.4.0/interfaces/templates/networking/vpc.json',
      'v1.4.0/interfaces/lambdas/log-governor.json',
      'v1.4.0/schemas/manifest.schema.json',
      `lambdas/log-governor/${'f'.repeat(64)}.zip`,
      'v1.4/alias.json',
    ]);
  });

  it('moves a versioned key under a channel', () => {
    const key = keyOf.template('1.5.0-rc.1', 'networking/vpc');
    expect(keyOf.alias('latest', '1.5.0-rc.1', key)).toBe('latest/templates/networking/vpc.yaml');
  });
});

describe('hostKey', () => {
  it.each(['index.json', 'v1.4.0/templates/networking/vpc.yaml', 'v1.4.0/SHA256SUMS', zip, 'a..b/c', '...'])(
    'takes %s',
    (key) => expect(hostKey.safeParse(key).success).toBe(true),
  );

  it.each([
    ...['', '/', '/a', 'a/', 'a//b', '.', '..', './a', '../a', 'a/./b', 'a/../b', 'a/..', '../../etc/passwd'],
    ...['a\\b', '..\\a', 'C:/a', 'a b', 'a\nb', 'a\n', 'a\0', 'a%2e%2e/b', '~/a', 'ä', 'a?b', 'a#b', 'http://a'],
    'a'.repeat(901),
  ])('refuses %j', (key) => expect(hostKey.safeParse(key).success).toBe(false));

  it('takes nothing that a path or an address would resolve to another place', () => {
    const segment = fc.oneof(fc.constantFrom('.', '..', '', 'a', '%2e%2e', '\\', 'C:', '?', '#'), fc.string());
    const anyKey = fc.array(segment, { maxLength: 5 }).map((segments) => segments.join('/'));
    fc.assert(
      fc.property(anyKey, (key) => {
        if (!hostKey.safeParse(key).success) return;
        expect(new URL(key, 'http://h/base/').href).toBe(`http://h/base/${key}`);
      }),
    );
  });
});

describe('urlOf and cdnUrlOf', () => {
  it('address a key in the bucket of the home region, or of the region that is asked for', () => {
    expect(urlOf(aws, zip)).toBe(`https://bitclouded-123456789012-eu-west-1-an.s3.eu-west-1.amazonaws.com/${zip}`);
    expect(urlOf(aws, zip, 'us-east-1')).toBe(
      `https://bitclouded-123456789012-us-east-1-an.s3.us-east-1.amazonaws.com/${zip}`,
    );
  });

  it('use the domain of the partition', () => {
    expect(urlOf(china, 'index.json')).toBe(
      'https://bitclouded-123456789012-cn-north-1-an.s3.cn-north-1.amazonaws.com.cn/index.json',
    );
    expect(urlOf({ ...aws, homeRegion: 'us-gov-west-1' }, 'index.json')).toContain('.s3.us-gov-west-1.amazonaws.com/');
  });

  it('show people the CDN, and CloudFormation never', () => {
    expect(cdnUrlOf(aws, 'index.json')).toBe('https://cdn.example.com/index.json');
    expect(urlOf(aws, 'index.json')).not.toContain('cdn.example.com');
  });

  it('show people S3 where the host has no CDN', () => {
    const { cdn: _, ...plain } = aws;
    expect(cdnUrlOf(plain, 'index.json')).toBe(urlOf(plain, 'index.json'));
  });

  it.each(['http://127.0.0.1:4874', 'http://127.0.0.1:4874/'])('use the address %s of a folder for both', (address) => {
    expect(urlOf({ ...folder, address }, 'v1.4.0/manifest.json')).toBe('http://127.0.0.1:4874/v1.4.0/manifest.json');
    expect(cdnUrlOf({ ...folder, address }, 'index.json')).toBe('http://127.0.0.1:4874/index.json');
  });

  it('keep the path of a folder that is served below one', () => {
    expect(urlOf({ ...folder, address: 'https://example.com/releases' }, 'index.json')).toBe(
      'https://example.com/releases/index.json',
    );
  });
});

describe('bucketOf', () => {
  it('names a bucket of the account-regional namespace within 63 characters', () => {
    expect(bucketOf(aws, 'us-east-1')).toBe('bitclouded-123456789012-us-east-1-an');
    expect(bucketOf({ ...aws, prefix: 'p'.repeat(30) }, 'ap-southeast-1').length).toBeLessThanOrEqual(63);
  });
});

describe('imageReferenceOf', () => {
  it('names the digest where one is known, else the tag', () => {
    expect(imageReferenceOf(aws, 'aws-util', { digest })).toBe(`public.ecr.aws/bitclouded/aws-util@${digest}`);
    expect(imageReferenceOf(folder, 'aws-util', { tag: '1.0.0' })).toBe('public.ecr.aws/bitclouded/aws-util:1.0.0');
  });
});

describe('partitionOf', () => {
  it.each([
    ['eu-west-1', 'aws'],
    ['cn-northwest-1', 'aws-cn'],
    ['us-gov-east-1', 'aws-us-gov'],
  ])('puts %s into %s', (region, partition) => expect(partitionOf(region)).toBe(partition));
});
