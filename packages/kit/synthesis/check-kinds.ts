import type { Fault, ValueKind } from '@bitclouded/documents';
import type { Parameters } from '../definition/parameter.ts';
import type { KitErrorCode } from '../kit-error.ts';

/** Properties of resources that take one kind only, by their last name. L1 types them all as strings. */
const propertyKinds: ReadonlyArray<readonly [RegExp, readonly ValueKind[]]> = [
  [/^VpcId$/, ['vpcId']],
  [/^(?:AvailabilityZone|AvailabilityZones)$/, ['zoneName']],
  [/^(?:SubnetId|SubnetIds|Subnets|VPCZoneIdentifier)$/, ['subnetIds']],
  [
    /^(?:SecurityGroupIds|SecurityGroups|VpcSecurityGroupIds|SourceSecurityGroupId|DestinationSecurityGroupId|SourceSecurityGroupIdentifier|GroupId)$/,
    ['securityGroupId'],
  ],
  [/^(?:KmsKeyId|KMSKeyId|KmsMasterKeyId|KMSMasterKeyID|KmsKeyArn|KMSKeyArn|EncryptionKey)$/, ['keyArn']],
  [/^(?:RoleArn|RoleARN|DeliverLogsPermissionArn|CloudWatchLogsRoleArn|ExecutionRoleArn|TaskRoleArn)$/, ['roleArn']],
  [/^(?:TopicArn|TopicARN|AlarmActions|OKActions|InsufficientDataActions)$/, ['topicArn']],
  [/^(?:CidrBlock|CidrIp)$/, ['cidr']],
  [/^(?:Ipv6CidrBlock|CidrIpv6)$/, ['ipv6Cidr']],
  [/^(?:RouteTableId|RouteTableIds)$/, ['routeTableId', 'routeTableIds']],
  [/^(?:HostedZoneId)$/, ['hostedZoneId', 'aliasZoneId']],
  [/^(?:ListenerArn)$/, ['listenerArn']],
  [/^(?:CertificateArn|AcmCertificateArn)$/, ['certificateArn']],
  [/^(?:WebACLArn|WebACLId)$/, ['webAclArn']],
  [/^(?:DestinationBucketName)$/, ['bucketName']],
];

/** Kinds that may stand anywhere: they promise nothing. */
const neutral: ReadonlySet<ValueKind> = new Set<ValueKind>([
  'text',
  'arn',
  'secret',
  'count',
  'port',
  'dnsName',
  'url',
  'flag',
  'architecture',
]);

/** Finds parameters that stand, bare, in a property of another kind. */
export function checkKinds(
  where: string,
  resources: Record<string, unknown>,
  parameters: Parameters,
): Fault<KitErrorCode>[] {
  const faults: Fault<KitErrorCode>[] = [];
  for (const [logicalId, resource] of Object.entries(resources))
    walk((resource as { Properties?: unknown }).Properties, undefined, [logicalId]);
  return faults;

  function walk(value: unknown, property: string | undefined, path: readonly string[]): void {
    if (Array.isArray(value)) {
      for (const item of value) walk(item, property, path);
      return;
    }
    if (value === null || typeof value !== 'object') return;
    const reference = (value as { Ref?: unknown }).Ref;
    if (typeof reference === 'string') {
      judge(reference, property, path);
      return;
    }
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'Fn::If' && Array.isArray(inner)) for (const branch of inner.slice(1)) walk(branch, property, path);
      else if (!key.startsWith('Fn::')) walk(inner, key, [...path, key]);
    }
  }

  function judge(reference: string, property: string | undefined, path: readonly string[]): void {
    const kind = parameters[reference]?.kind;
    const expected = propertyKinds.find(([name]) => property !== undefined && name.test(property))?.[1];
    if (!kind || !expected || neutral.has(kind) || expected.includes(kind)) return;
    faults.push({
      code: 'wrong-kind',
      where: `${where}, ${path.join('.')}`,
      received: `parameter ${reference}, of kind ${kind}`,
      expected: `a value of kind ${expected.join(' or ')}`,
      remedy: `give ${property} the parameter that it means`,
    });
  }
}
