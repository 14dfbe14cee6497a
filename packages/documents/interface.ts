import { z } from 'zod';
import { logicalId, sha256, sortedRecord, templateName, unitName } from './primitives.ts';

/**
 * What travels between stacks. Each kind has one CloudFormation parameter type and one
 * TypeScript type in the kit; two values of different kinds are never wired together.
 */
export const valueKind = z.enum([
  'text',
  'secret',
  'flag',
  'count',
  'cidr',
  'ipv6Cidr',
  'domainName',
  'dnsName',
  'emailAddress',
  'url',
  'port',
  'arn',
  'keyArn',
  'roleArn',
  'policyArn',
  'topicArn',
  'logGroupArn',
  'streamArn',
  'certificateArn',
  'webAclArn',
  'listenerArn',
  'secretArn',
  'vpcId',
  'subnetIds',
  'routeTableIds',
  'routeTableId',
  'securityGroupId',
  'gatewayId',
  'vpcEndpointId',
  'zoneName',
  'regionName',
  'hostedZoneId',
  'aliasZoneId',
  'loadBalancerName',
  'fileSystemId',
  'accessPointId',
  'namespaceId',
  'bucketName',
  'bucketNamePrefix',
  'distributionId',
  'principalArns',
  'clusterName',
  'capacityProviderName',
  'databaseName',
  'subnetGroupName',
  'imageId',
  'architecture',
]);
export type ValueKind = z.infer<typeof valueKind>;

/** required: no deployment without it; recommended: taken unless `--minimal`; optional: only when asked for. */
export const wiringGrade = z.enum(['required', 'recommended', 'optional']);
export type WiringGrade = z.infer<typeof wiringGrade>;

export const wiring = z.strictObject({ template: templateName, output: logicalId, grade: wiringGrade });

export const interfaceParameter = z.strictObject({
  name: logicalId,
  kind: valueKind,
  /** CloudFormation's own parameter type. */
  type: z.string(),
  description: z.string(),
  group: z.string(),
  label: z.string(),
  default: z.string().optional(),
  allowedValues: z.array(z.string()).optional(),
  allowedPattern: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  /** NoEcho: never shown, never written to a file. */
  secret: z.boolean(),
  wiring: wiring.optional(),
});

export const interfaceOutput = z.strictObject({ name: logicalId, kind: valueKind, description: z.string() });

export const exception = z.strictObject({
  logicalId,
  standard: z.string(),
  reason: z.string().min(20),
  /** The day on which the exception is looked at again, ISO 8601. */
  review: z.iso.date(),
});
export type Exception = z.infer<typeof exception>;

/** A network connection that a template's resource makes. */
export const connection = z.strictObject({
  from: logicalId,
  /** A logical id of the template, a parameter's name, or an AWS service such as `logs`. */
  to: z.string(),
  port: z.union([z.int().min(1).max(65535), z.string()]),
  why: z.string(),
});

/** An action that a service or a function of the template needs. */
export const allowance = z.strictObject({
  who: z.string(),
  actions: z.array(z.string()).min(1),
  resource: z.string(),
  why: z.string(),
});

export const interfaceResource = z.strictObject({
  logicalId,
  type: z.string(),
  /** It holds data that a replacement or a deletion would lose. */
  stateful: z.boolean(),
  condition: z.string().optional(),
});

/** What a template asks and gives: everything that planning needs. */
export const templateInterface = z.strictObject({
  schema: z.literal('bitclouded.interface/1'),
  kind: z.literal('template'),
  name: templateName,
  summary: z.string(),
  /** Where one instance suffices: in an environment, a region of an account, or an account. */
  scope: z.enum(['environment', 'region', 'account']),
  /** `per consumer`: every template that takes its outputs gets an instance of its own. */
  instance: z.enum(['shared', 'per consumer']),
  /** Parameter values that an upstream must have: template → parameter → value. */
  requires: sortedRecord(templateName, sortedRecord(logicalId, z.string())),
  parameters: z.array(interfaceParameter),
  outputs: z.array(interfaceOutput),
  conditions: z.array(logicalId),
  resources: z.array(interfaceResource),
  lambdas: z.array(unitName),
  images: z.array(unitName),
  exceptions: z.array(exception),
  connections: z.array(connection),
  allowances: z.array(allowance),
});
export type TemplateInterface = z.infer<typeof templateInterface>;
export type InterfaceParameter = z.infer<typeof interfaceParameter>;

export const lambdaInterface = z.strictObject({
  schema: z.literal('bitclouded.interface/1'),
  kind: z.literal('lambda'),
  name: unitName,
  summary: z.string(),
  trigger: z.string(),
  runtime: z.string(),
  handler: z.string(),
  architecture: z.enum(['x86_64', 'arm64']),
  memoryMb: z.int().min(128).max(10240),
  timeoutSeconds: z.int().min(1).max(900),
  environment: sortedRecord(z.string(), z.string()),
  grants: sortedRecord(z.string(), z.strictObject({ actions: z.array(z.string()).min(1), why: z.string() })),
});
export type LambdaInterface = z.infer<typeof lambdaInterface>;

export const imageInterface = z.strictObject({
  schema: z.literal('bitclouded.interface/1'),
  kind: z.literal('image'),
  name: unitName,
  summary: z.string(),
  variety: z.enum(['container', 'mirrored', 'machine']),
  version: z.string(),
  architectures: z.array(z.enum(['x86_64', 'arm64'])).min(1),
  /** What the image is built on, by digest. */
  bases: z.array(z.string()),
  /** SHA-256 over the unit's folder without the lock: what a lock is compared with. */
  contextSha256: sha256,
});
export type ImageInterface = z.infer<typeof imageInterface>;

/** `interface.json`: what a built unit says about itself. */
export const unitInterface = z.discriminatedUnion('kind', [templateInterface, lambdaInterface, imageInterface]);
export type UnitInterface = z.infer<typeof unitInterface>;
