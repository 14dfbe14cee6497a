import type { InterfaceParameter, ValueKind } from '@bitclouded/documents';

/** Valid values of each kind that has no list of allowed values, for the stand-in's region. */
const samples: Partial<Record<ValueKind, readonly [string, string, ...string[]]>> = {
  architecture: ['x86_64', 'arm64'],
  arn: [
    'arn:aws:cloudtrail:us-east-1:123456789012:trail/existing',
    'arn:aws:cloudtrail:us-east-1:123456789012:trail/other',
  ],
  bucketNamePrefix: ['one-host', 'other-host'],
  bucketName: ['bucket-of-others', 'another-bucket-of-others'],
  certificateArn: [
    'arn:aws:acm:us-east-1:123456789012:certificate/one',
    'arn:aws:acm:us-east-1:123456789012:certificate/two',
  ],
  cidr: ['10.0.0.0/16', '10.9.0.0/16'],
  dnsName: ['one.example.com', 'two.example.com'],
  domainName: ['one.example.com', 'two.example.com'],
  emailAddress: ['one@example.com', 'two@example.com'],
  imageId: ['ami-0123456789abcdef0', 'ami-0fedcba9876543210'],
  keyArn: [
    'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555',
    'arn:aws:kms:us-east-1:123456789012:key/66666666-7777-4888-9999-000000000000',
  ],
  policyArn: ['arn:aws:iam::123456789012:policy/boundary', 'arn:aws:iam::123456789012:policy/other-boundary'],
  port: ['8080', '8081'],
  principalArns: [
    'arn:aws:iam::123456789012:role/publishers/*',
    'arn:aws:iam::123456789012:role/one,arn:aws:iam::123456789012:user/two',
  ],
  regionName: ['eu-west-1', 'eu-central-1'],
  secretArn: [
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:one-AbCdEf',
    'arn:aws:secretsmanager:us-east-1:123456789012:secret:two-AbCdEf',
  ],
  topicArn: ['arn:aws:sns:us-east-1:123456789012:one', 'arn:aws:sns:us-east-1:123456789012:two'],
  url: ['https://one.example.com', 'https://two.example.com'],
  webAclArn: [
    'arn:aws:wafv2:us-east-1:123456789012:global/webacl/one/1',
    'arn:aws:wafv2:us-east-1:123456789012:global/webacl/two/2',
  ],
  zoneName: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
};

/**
 * Values that a parameter may be changed to, apart from its wiring: every allowed value, both ends of a range,
 * samples of the kind, and '' where that is allowed. The default, or else the first one, comes first.
 */
export function valuesOf(parameter: InterfaceParameter): readonly string[] {
  const found =
    parameter.allowedValues ??
    (parameter.minimum !== undefined && parameter.maximum !== undefined
      ? [String(parameter.minimum), String(parameter.maximum)]
      : samples[parameter.kind]) ??
    textsOf(parameter);
  const values = parameter.default === undefined ? found : [parameter.default, ...found];
  return [...new Set(values)];
}

/** Of a free text only the pattern is known: words that it may allow are tried. */
function textsOf(parameter: InterfaceParameter): readonly string[] {
  const words = [
    'one',
    'two',
    'One',
    '/one',
    '1',
    '16.4',
    '8.0',
    'one.example.com',
    'one/two',
    'other/two',
    'one.yml',
    'refs/heads/one',
    'registry.example.com/one:1.0',
    'registry.example.com/one:1.1',
    'arn:aws:s3:::bucket-of-others/one.env',
    'NAME=arn:aws:secretsmanager:us-east-1:123456789012:secret:one-AbCdEf',
    'NAME=arn:aws:secretsmanager:us-east-1:123456789012:secret:one-AbCdEf:key::',
    'sg-0a1b2c3d',
  ];
  const pattern = new RegExp(parameter.allowedPattern ?? '');
  return words.filter((word) => pattern.test(word)).slice(0, 2);
}
