import { Aws, CfnResource, Fn, type Stack, Tokenization } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBucket, CfnBucketPolicy, type CfnBucketProps } from 'aws-cdk-lib/aws-s3';
import { when, whenMap } from '../definition/flag.ts';
import { type Grant, LAMBDA_ARCHITECTURE, LAMBDA_HANDLER, LAMBDA_RUNTIME, type Lambda } from '../definition/lambda.ts';
import { Optional } from '../definition/optional.ts';
import type { Recorder } from '../synthesis/recorder.ts';
import { deleted, kept } from './deletion-policy.ts';
import { invokedBy } from './invoked-by.ts';
import { machineOf } from './machine-of.ts';
import { perZone } from './per-zone.ts';
import type {
  AlarmOptions,
  BucketOptions,
  BucketParts,
  FunctionOptions,
  FunctionParts,
  GrantScope,
  LogGroupOptions,
  Resources,
  RoleOptions,
  Statement,
} from './resources.ts';
import { policyDocument } from './statements.ts';

/** Longer than the function's own time limit, so that its own answer comes first; seconds. */
const SERVICE_TIMEOUT_MARGIN_SECONDS = 60;

/** The resources of one template under construction. */
export function makeResources(stack: Stack, recorder: Recorder): Resources {
  const artifacts: Resources['artifacts'] = {
    code: (lambda) => ({ s3Bucket: Fn.findInMap('Artifacts', Aws.REGION, 'Bucket'), s3Key: recorder.lambda(lambda) }),
    container: (image) => recorder.image(image),
    machine: (image, options) => machineOf(stack, recorder, image, options),
  };

  const role = (id: string, options: RoleOptions): CfnRole =>
    new CfnRole(stack, id, {
      path: recorder.iamPath,
      // IAM takes no typographer's apostrophe, and a summary may have one.
      description: options.description.replaceAll('’', "'"),
      assumeRolePolicyDocument: policyDocument([
        {
          Effect: 'Allow',
          Principal: { Service: options.service },
          Action: 'sts:AssumeRole',
          ...(options.trustCondition && { Condition: options.trustCondition }),
        },
      ]),
      policies: Object.entries(options.policies).map(([policyName, statements]) => ({
        policyName,
        policyDocument: policyDocument(statements),
      })),
    });

  const logGroup = (id: string, options: LogGroupOptions): CfnLogGroup =>
    new CfnLogGroup(stack, id, {
      retentionInDays: options.retentionInDays,
      kmsKeyId: options.key instanceof Optional ? options.key.or() : options.key,
      tags: Object.entries({ ...governingTags(options), ...options.tags }).map(([key, value]) => ({ key, value })),
    });

  const lambdaFunction = <E extends string, G extends string>(
    id: string,
    lambda: Lambda<E, G>,
    options: FunctionOptions<E, G>,
  ): FunctionParts => {
    // The function says the same again when it runs.
    const logs = deleted(logGroup(`${id}Logs`, options.logs));
    const statements: Statement[] = [
      { Sid: 'Logs', Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: logs.attrArn },
      ...Object.entries(lambda.grants as Lambda['grants']).flatMap(([name, grant]) =>
        statementsOf(name, grant, options.grants[name as G]),
      ),
      ...(options.statements ?? []),
    ];
    const functionRole = role(`${id}Role`, {
      service: 'lambda.amazonaws.com',
      description: lambda.summary,
      policies: { function: statements },
    });
    const made = new CfnFunction(stack, id, {
      description: lambda.summary,
      runtime: LAMBDA_RUNTIME,
      handler: LAMBDA_HANDLER,
      architectures: [LAMBDA_ARCHITECTURE],
      memorySize: lambda.memoryMb,
      timeout: lambda.timeoutSeconds,
      role: functionRole.attrArn,
      code: artifacts.code(lambda),
      ...(Object.keys(options.environment).length > 0 && { environment: { variables: options.environment } }),
      loggingConfig: { logGroup: logs.ref, logFormat: 'JSON' },
    });
    recorder.allow({
      who: made,
      actions: [
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        ...Object.values<Grant>(lambda.grants).flatMap((grant) => grant.actions),
      ],
      resource: 'the resources of its role',
      why: lambda.summary,
    });
    return { function: made, role: functionRole, logGroup: logs };
  };

  const disposable: Resources['disposable'] = (resource, why) => {
    recorder.except(resource, 'data-retained', why);
    return deleted(resource);
  };

  return {
    scope: stack,
    artifacts,
    role,
    logGroup,
    lambdaFunction,
    keep: (resource, how = 'retain') => kept(resource, how),
    disposable,
    bucket: (id, options) => bucketWithPolicy(stack, id, options),
    customResource(id, lambda, provider, properties) {
      const made = new CfnResource(stack, id, {
        type: 'AWS::CloudFormation::CustomResource',
        properties: {
          ServiceToken: provider.function.attrArn,
          ServiceTimeout: lambda.timeoutSeconds + SERVICE_TIMEOUT_MARGIN_SECONDS,
          ...properties,
        },
      });
      made.addResourceDependency(provider.role);
      made.addResourceDependency(provider.logGroup);
      return made;
    },
    perZone: (zones, make) => perZone(stack, zones, make),
    alarm: (id, options) => alarm(stack, id, options),
    invokedBy: (parts, options) =>
      invokedBy(stack, { alarm: (id, of) => alarm(stack, id, of), disposable }, parts, options),
    except: (resource, standard, why) => recorder.except(resource, standard, why),
    connects: (connection) => recorder.connects(connection),
    allow: (allowance) => recorder.allow(allowance),
  };
}

/** What puts a group under the logs store of its environment: its stream takes the events, its retention stays. */
function governingTags({ governed = true, retentionInDays }: LogGroupOptions): Record<string, string> {
  if (!governed) return {};
  return { 'bitclouded:logs': 'governed', 'bitclouded:retention-days': Tokenization.stringifyNumber(retentionInDays) };
}

function bucketWithPolicy(stack: Stack, id: string, options: BucketOptions): BucketParts {
  const isPrivate = options.purpose !== 'artifacts';
  const bucket = new CfnBucket(stack, id, {
    ...(options.namePrefix && { bucketNamePrefix: options.namePrefix, bucketNamespace: 'account-regional' }),
    bucketEncryption: { serverSideEncryptionConfiguration: [encryptionOf(options)] },
    publicAccessBlockConfiguration: {
      blockPublicAcls: true,
      blockPublicPolicy: isPrivate,
      ignorePublicAcls: true,
      restrictPublicBuckets: isPrivate,
    },
    ownershipControls: { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] },
    versioningConfiguration: { status: 'Enabled' },
    ...(options.objectLock && lockOf(options.objectLock)),
    tags: [{ key: 'bitclouded:backup', value: options.backup ?? (options.purpose === 'data' ? 'daily' : 'none') }],
    lifecycleConfiguration: {
      rules: [
        { id: 'AbortIncompleteUploads', status: 'Enabled', abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
        ...(options.expireAfterDays === undefined
          ? []
          : [
              {
                id: 'Expire',
                status: 'Enabled',
                ...(options.infrequentAfterDays !== undefined && {
                  transitions: [{ storageClass: 'STANDARD_IA', transitionInDays: options.infrequentAfterDays }],
                }),
                expirationInDays: options.expireAfterDays,
                noncurrentVersionExpiration: { noncurrentDays: 7 },
              },
            ]),
      ],
    },
    ...(options.accessLogs && { loggingConfiguration: accessLogsOf(id, options.accessLogs) }),
    ...(options.purpose !== 'log target' && {
      notificationConfiguration: { eventBridgeConfiguration: { eventBridgeEnabled: true } },
    }),
  });
  // S3 must be let in before it is told where to write.
  if (isBucket(options.accessLogs)) bucket.addResourceDependency(options.accessLogs.policy);
  const policy = new CfnBucketPolicy(stack, `${id}Policy`, {
    bucket: bucket.ref,
    policyDocument: policyDocument([
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [bucket.attrArn, `${bucket.attrArn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      ...(options.statements?.(bucket) ?? []),
    ]),
  });
  return { bucket, policy };
}

function encryptionOf({ purpose, key }: BucketOptions): CfnBucket.ServerSideEncryptionRuleProperty {
  const sseS3 = { serverSideEncryptionByDefault: { sseAlgorithm: 'AES256' } };
  if (purpose !== 'data' || !key) return sseS3;
  return {
    bucketKeyEnabled: when(key.given, true, false),
    serverSideEncryptionByDefault: { sseAlgorithm: when(key.given, 'aws:kms', 'AES256'), kmsMasterKeyId: key.or() },
  };
}

function lockOf({ on, mode, days }: NonNullable<BucketOptions['objectLock']>): Partial<CfnBucketProps> {
  return {
    objectLockEnabled: when<boolean>(on, true),
    objectLockConfiguration: whenMap<CfnBucket.ObjectLockConfigurationProperty>(on, {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: mode, Days: days } },
    }),
  };
}

function accessLogsOf(
  id: string,
  target: NonNullable<BucketOptions['accessLogs']>,
): CfnBucket.LoggingConfigurationProperty {
  const prefix = `${Aws.STACK_NAME}-${id}/`;
  if (isBucket(target)) return { destinationBucketName: target.bucket.ref, logFilePrefix: prefix };
  if (!(target instanceof Optional)) return { destinationBucketName: target, logFilePrefix: prefix };
  return whenMap<CfnBucket.LoggingConfigurationProperty>(target.given, {
    DestinationBucketName: target.orEmpty,
    LogFilePrefix: prefix,
  });
}

function isBucket(target: BucketOptions['accessLogs']): target is BucketParts {
  return typeof target === 'object' && 'bucket' in target;
}

function alarm(stack: Stack, id: string, options: AlarmOptions): CfnAlarm {
  const tell = options.tell instanceof Optional ? options.tell.list() : [options.tell];
  const made = new CfnAlarm(stack, id, {
    alarmDescription: options.description,
    namespace: options.namespace,
    metricName: options.metric,
    dimensions: Object.entries(options.dimensions).map(([name, value]) => ({ name, value })),
    statistic: options.statistic,
    threshold: options.threshold,
    comparisonOperator: options.comparison ?? 'GreaterThanThreshold',
    period: options.periodSeconds,
    evaluationPeriods: options.periods,
    treatMissingData: options.missingData ?? 'notBreaching',
    alarmActions: tell,
    okActions: tell,
  });
  const condition = options.on.cfnOptions.condition;
  if (condition) made.cfnOptions.condition = condition;
  return made;
}

function statementsOf(name: string, grant: Grant, on: readonly string[] | GrantScope): Statement[] {
  const { resources, condition, only }: GrantScope = 'resources' in on ? on : { resources: on };
  if (resources.length === 0) return [];
  const statement: Statement = {
    Sid: name[0]!.toUpperCase() + name.slice(1),
    Effect: 'Allow',
    Action: [...grant.actions],
    Resource: single(resources),
    ...(condition && { Condition: condition }),
  };
  return [only ? when(only, statement) : statement];
}

function single<T>(list: readonly T[]): T | readonly T[] {
  return list.length === 1 ? list[0]! : list;
}
