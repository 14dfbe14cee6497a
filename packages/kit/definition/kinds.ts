import type { ValueKind } from '@bitclouded/documents';
import type { Flag } from './flag.ts';

/** What TypeScript sees of each kind; every kind not named here is a string. */
interface Special {
  flag: Flag;
  count: number;
  port: number;
  subnetIds: string[];
  routeTableIds: string[];
  principalArns: string[];
}
type Plain<K extends ValueKind> = K extends keyof Special ? Special[K] : string;

declare const kind: unique symbol;
/** A value of a kind. A plain string is welcome; a value known to be of another kind is not. */
export type Value<K extends ValueKind> = K extends 'flag' ? Flag : Plain<K> & { readonly [kind]?: K };

interface KindFacts {
  /** CloudFormation's parameter type where the value is required; `String` where it may be empty. */
  readonly type: string;
  /** What a value of the kind looks like, without anchors. */
  readonly pattern?: string;
  /** What a value that does not match is told. */
  readonly hint?: string;
}

const arn = (service: string, rest: string, hint: string): KindFacts => ({
  type: 'String',
  pattern: `arn:aws[a-z-]*:${service}:[a-z0-9-]*:(?:\\d{12}|aws)?:${rest}`,
  hint,
});

/** As conditions on `aws:PrincipalArn` take it. */
const PRINCIPAL = 'arn:aws[a-z-]*:iam::\\d{12}:(?:role|user)/[A-Za-z0-9_+=.@/*-]+';

/**
 * Each kind's parameter type and form. AWS-specific types make the console offer what exists,
 * and refuse the empty string. Source: CloudFormation User Guide, "CloudFormation-supplied parameter types".
 */
export const kindFacts: Readonly<Record<ValueKind, KindFacts>> = {
  text: { type: 'String' },
  secret: { type: 'String' },
  flag: { type: 'String' },
  count: { type: 'Number' },
  port: { type: 'Number' },
  cidr: { type: 'String', pattern: '(?:\\d{1,3}\\.){3}\\d{1,3}/\\d{1,2}', hint: 'an IPv4 range such as 10.0.0.0/16' },
  ipv6Cidr: { type: 'String', pattern: '[0-9a-fA-F:]+/\\d{1,3}', hint: 'an IPv6 range' },
  domainName: {
    type: 'String',
    pattern: '(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}',
    hint: 'a domain name such as example.com',
  },
  dnsName: { type: 'String', pattern: '[A-Za-z0-9_.-]+', hint: 'a DNS name' },
  emailAddress: { type: 'String', pattern: '[^@\\s]+@[^@\\s]+\\.[^@\\s]+', hint: 'an e-mail address' },
  url: { type: 'String', pattern: 'https?://[^\\s]+', hint: 'an address that begins with https://' },
  arn: arn('[a-z0-9-]+', '.+', 'an ARN'),
  keyArn: arn('kms', 'key/[A-Za-z0-9-]+', 'the ARN of a KMS key'),
  roleArn: arn('iam', 'role/.+', 'the ARN of an IAM role'),
  policyArn: arn('iam', 'policy/.+', 'the ARN of an IAM policy'),
  topicArn: arn('sns', '[A-Za-z0-9_.-]+', 'the ARN of an SNS topic'),
  logGroupArn: arn('logs', 'log-group:[^:*]+(?::\\*)?', 'the ARN of a log group'),
  streamArn: arn('kinesis', 'stream/[A-Za-z0-9_.-]+', 'the ARN of a Kinesis stream'),
  certificateArn: arn('acm', 'certificate/[A-Za-z0-9-]+', 'the ARN of a certificate'),
  webAclArn: arn('wafv2', '(?:regional|global)/webacl/.+', 'the ARN of a web ACL'),
  listenerArn: arn('elasticloadbalancing', 'listener/.+', 'the ARN of a listener'),
  secretArn: arn('secretsmanager', 'secret:.+', 'the ARN of a secret'),
  vpcId: { type: 'AWS::EC2::VPC::Id', pattern: 'vpc-[0-9a-f]+', hint: 'the id of a VPC' },
  subnetIds: { type: 'List<AWS::EC2::Subnet::Id>' },
  routeTableIds: {
    type: 'CommaDelimitedList',
    pattern: 'rtb-[0-9a-f]+(?:,rtb-[0-9a-f]+)*',
    hint: 'ids of route tables, separated by commas',
  },
  routeTableId: { type: 'String', pattern: 'rtb-[0-9a-f]+', hint: 'the id of a route table' },
  securityGroupId: { type: 'AWS::EC2::SecurityGroup::Id', pattern: 'sg-[0-9a-f]+', hint: 'the id of a security group' },
  gatewayId: { type: 'String', pattern: '(?:igw|eigw)-[0-9a-f]+', hint: 'the id of an internet gateway' },
  vpcEndpointId: { type: 'String', pattern: 'vpce-[0-9a-f]+', hint: 'the id of a VPC endpoint' },
  regionName: { type: 'String', pattern: '[a-z]{2}(?:-[a-z]+)+-\\d', hint: 'the name of a region' },
  zoneName: {
    type: 'AWS::EC2::AvailabilityZone::Name',
    pattern: '[a-z]{2}(?:-[a-z]+)+-\\d[a-z0-9-]*[a-z]',
    hint: 'the name of an Availability Zone',
  },
  hostedZoneId: { type: 'AWS::Route53::HostedZone::Id', pattern: '[A-Z0-9]{1,32}', hint: 'the id of a hosted zone' },
  // The zone of an AWS service that an alias record names: of no account, so that the specific type would refuse it.
  aliasZoneId: { type: 'String', pattern: '[A-Z0-9]{1,32}', hint: 'the id of the zone of an alias' },
  loadBalancerName: {
    type: 'String',
    pattern: 'app/[A-Za-z0-9-]{1,32}/[0-9a-z-]+',
    hint: 'app/<name>/<id>, the last part of the ARN of a load balancer',
  },
  accessPointId: { type: 'String', pattern: 'fsap-[0-9a-f]+', hint: 'the id of an EFS access point' },
  fileSystemId: { type: 'String', pattern: 'fs-[0-9a-f]+', hint: 'the id of an EFS file system' },
  namespaceId: { type: 'String', pattern: 'ns-[a-z0-9]+', hint: 'the id of a Cloud Map namespace' },
  bucketName: { type: 'String', pattern: '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]', hint: 'the name of a bucket' },
  bucketNamePrefix: {
    type: 'String',
    // With `-<account>-<region>-an` behind it, a bucket's name has at most 63 characters.
    pattern: '[a-z0-9][a-z0-9-]{1,28}[a-z0-9]',
    hint: '3 to 30 lower-case letters, digits and hyphens',
  },
  distributionId: { type: 'String', pattern: 'E[A-Z0-9]{7,}', hint: 'the id of a CloudFront distribution' },
  principalArns: {
    type: 'CommaDelimitedList',
    pattern: `${PRINCIPAL}(?:,${PRINCIPAL})*`,
    hint: 'ARNs of roles or users, separated by commas, * for any text',
  },
  clusterName: { type: 'String', pattern: '[A-Za-z0-9_-]{1,255}', hint: 'the name of a cluster' },
  capacityProviderName: {
    type: 'String',
    pattern: '[A-Za-z0-9_-]{1,255}',
    hint: 'the name of a capacity provider',
  },
  databaseName: { type: 'String', pattern: '[A-Za-z][A-Za-z0-9_-]{0,62}', hint: 'the name of a database' },
  subnetGroupName: { type: 'String', pattern: '[A-Za-z0-9_.-]{1,255}', hint: 'the name of a subnet group' },
  imageId: {
    type: 'String',
    pattern: '(?:ami-[0-9a-f]{8,17}|resolve:ssm:[A-Za-z0-9_./:-]+)',
    hint: 'ami-… or resolve:ssm:…',
  },
  architecture: { type: 'String' },
};

/** Kinds whose value travels as a comma-separated list. */
export const listKinds: ReadonlySet<ValueKind> = new Set<ValueKind>(['subnetIds', 'routeTableIds', 'principalArns']);
/** Kinds whose value is a number in the template's code. */
export const numberKinds: ReadonlySet<ValueKind> = new Set<ValueKind>(['count', 'port']);
