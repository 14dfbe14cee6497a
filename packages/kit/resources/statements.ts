import { Aws } from 'aws-cdk-lib';
import type { Statement } from './resources.ts';

/** A policy of the statements, as IAM and the resources' own policies are written. */
export function policyDocument(statements: readonly Statement[]): {
  readonly Version: string;
  readonly Statement: readonly Statement[];
} {
  return { Version: '2012-10-17', Statement: statements };
}

/** An ARN of the stack's own account and region. */
export function ownArn(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
}

/** Condition values against the confused deputy: what a service does for this account alone. */
export const forThisAccount = { 'aws:SourceAccount': Aws.ACCOUNT_ID };

/** A statement of a resource's own policy that lets a service in. The condition says for whom the service acts. */
export function serviceMay(
  service: string,
  action: Statement['Action'],
  resource: NonNullable<Statement['Resource']>,
  condition: NonNullable<Statement['Condition']>,
): Statement {
  return {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: action,
    Resource: resource,
    Condition: condition,
  };
}

/**
 * What the log delivery of CloudWatch asks of a bucket. Network load balancers and CloudFront come by it.
 * Source: Amazon CloudWatch Logs User Guide, "Logs sent to Amazon S3".
 * @param sourceArn whose logs they are: `arn:…:logs:…:*`, or the delivery sources
 */
export function logDeliveryMay(bucketArn: string, objects: string | readonly string[], sourceArn: string): Statement[] {
  const service = 'delivery.logs.amazonaws.com';
  const source = { ArnLike: { 'aws:SourceArn': sourceArn } };
  const owned = { ...forThisAccount, 's3:x-amz-acl': 'bucket-owner-full-control' };
  return [
    serviceMay(service, 's3:PutObject', objects, { StringEquals: owned, ...source }),
    serviceMay(service, 's3:GetBucketAcl', bucketArn, { StringEquals: forThisAccount, ...source }),
  ];
}

/**
 * What an instance may do that Systems Manager manages and opens sessions to: `AmazonSSMManagedInstanceCore` without
 * the right to read every parameter, and on resources wherever an action takes one.
 * Sources: AWS Managed Policy Reference; Service Authorization Reference, "AWS Systems Manager".
 */
export function managedInstanceMay(): Statement[] {
  const actions = (service: string, names: string): string[] => names.split(' ').map((name) => `${service}:${name}`);
  return [
    {
      Sid: 'ManagedInstance',
      Effect: 'Allow',
      Action: [
        ...actions('ssm', 'UpdateInstanceInformation PutComplianceItems ListInstanceAssociations DescribeAssociation'),
        ...actions('ssm', 'GetDocument DescribeDocument UpdateAssociationStatus UpdateInstanceAssociationStatus'),
      ],
      Resource: [
        ownArn('ec2', 'instance/*'),
        ownArn('ssm', 'association/*'),
        // AWS's own documents stand under no account, shared ones under another.
        `arn:${Aws.PARTITION}:ssm:${Aws.REGION}:*:document/*`,
      ],
    },
    {
      Sid: 'WithoutResources',
      Effect: 'Allow',
      Action: [
        ...actions('ssm', 'ListAssociations GetManifest PutConfigurePackageResult'),
        ...actions('ssm', 'GetDeployablePatchSnapshotForInstance PutInventory'),
        ...actions('ssmmessages', 'CreateControlChannel CreateDataChannel OpenControlChannel OpenDataChannel'),
        ...actions('ec2messages', 'AcknowledgeMessage DeleteMessage FailMessage GetEndpoint GetMessages SendReply'),
      ],
      Resource: '*',
    },
  ];
}

/**
 * What RDS does to watch the operating system of databases, in its one log group of the account, which it makes with
 * the first of them: `AmazonRDSEnhancedMonitoringRole` for this account alone. For the role of
 * `monitoring.rds.amazonaws.com`, with the condition of its trust.
 * Source: RDS User Guide, "Setting up and enabling Enhanced Monitoring".
 */
export function enhancedMonitoring(): {
  readonly statements: Statement[];
  readonly trustCondition: Statement['Condition'];
} {
  const group = ownArn('logs', 'log-group:RDSOSMetrics');
  return {
    trustCondition: { StringEquals: forThisAccount, ArnLike: { 'aws:SourceArn': ownArn('rds', 'db:*') } },
    statements: [
      {
        Sid: 'Group',
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'],
        Resource: [group, `${group}:*`],
      },
      {
        Sid: 'Streams',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'logs:GetLogEvents'],
        Resource: `${group}:log-stream:*`,
      },
    ],
  };
}

/**
 * RDS asks in the name of who lets it keep a password what the key of the secret is: that of AWS, which has this alias
 * in every account. A key of one's own takes more.
 * Source: RDS User Guide, "Permissions required for Secrets Manager integration".
 */
export function describeSecretKey(): Statement {
  return {
    Sid: 'SecretKey',
    Effect: 'Allow',
    Action: 'kms:DescribeKey',
    Resource: ownArn('kms', 'key/*'),
    Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aws/secretsmanager' } },
  };
}

/**
 * What a function needs to have its interfaces in a VPC: `AWSLambdaVPCAccessExecutionRole`, in this account and region.
 * A narrower resource than this keeps Lambda from reaching the VPC.
 * Source: AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
 */
export function functionInVpcMay(): Statement[] {
  const names = 'CreateNetworkInterface DeleteNetworkInterface AssignPrivateIpAddresses UnassignPrivateIpAddresses';
  return [
    {
      Sid: 'Interfaces',
      Effect: 'Allow',
      Action: names.split(' ').map((name) => `ec2:${name}`),
      Resource: ownArn('ec2', '*/*'),
    },
    {
      Sid: 'FindInterfaces',
      Effect: 'Allow',
      Action: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
      Resource: '*',
    },
  ];
}
