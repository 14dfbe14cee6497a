import type { CfnResource, ICfnRuleConditionExpression } from 'aws-cdk-lib';
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnRule } from 'aws-cdk-lib/aws-events';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Flag } from '../definition/flag.ts';
import type { Image, MachineImage } from '../definition/image.ts';
import type { Value } from '../definition/kinds.ts';
import type { Lambda } from '../definition/lambda.ts';
import type { Optional } from '../definition/optional.ts';
import type { PerZone, Zone, Zones } from './per-zone.ts';

/** One statement of a policy document. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface RoleOptions {
  /** The service that assumes the role, such as `vpc-flow-logs.amazonaws.com`. */
  readonly service: string;
  readonly description: string;
  /** Conditions of the trust, against the confused deputy. */
  readonly trustCondition?: Statement['Condition'];
  /** Inline policies by name: they live and die with the role, and so outlive whatever uses it. */
  readonly policies: Readonly<Record<string, readonly Statement[]>>;
}

export interface LogGroupOptions {
  readonly retentionInDays: number;
  /** Left out, CloudWatch Logs encrypts with a key of its own. */
  readonly key?: Optional<'keyArn'> | Value<'keyArn'>;
  readonly tags?: Readonly<Record<string, string>>;
  /** False for a group that a log pipeline must never read, such as its own: it would read what it wrote. */
  readonly governed?: boolean;
}

export interface BucketOptions {
  /**
   * `data` is encrypted by the key where given and sends its events; `log target` takes SSE-S3, because log delivery
   * cannot use KMS; `artifacts` sends its events, takes SSE-S3, because nobody anonymous can use KMS, and lets its
   * policy let everybody in.
   */
  readonly purpose: 'data' | 'log target' | 'artifacts';
  /** Names the bucket `<prefix>-<account>-<region>-an`, in the account's own namespace. Changing it replaces the bucket. */
  readonly namePrefix?: Value<'bucketNamePrefix'>;
  readonly key?: Optional<'keyArn'>;
  /** Where its access logs go: a bucket's name, or a bucket of the same template; left out on the last sink. */
  readonly accessLogs?: Optional<'bucketName'> | Value<'bucketName'> | BucketParts;
  /** Days after which objects move to Standard-IA, at least 30 and fewer than `expireAfterDays`; left out, they stay. */
  readonly infrequentAfterDays?: number;
  /** Days after which objects are deleted; left out, they are kept. */
  readonly expireAfterDays?: number;
  /** What a new version is kept for; versions that are there keep what they have. Once on, S3 never takes it off again. */
  readonly objectLock?: {
    readonly on: Flag;
    /** GOVERNANCE or COMPLIANCE. */
    readonly mode: string;
    readonly days: number;
  };
  /** The backup plan that takes it, by the tag `bitclouded:backup`; `daily` for data and `none` for logs unless said. */
  readonly backup?: string;
  /** Beside the refusal of requests without TLS. */
  readonly statements?: (bucket: CfnBucket) => readonly Statement[];
}

export interface BucketParts {
  readonly bucket: CfnBucket;
  readonly policy: CfnBucketPolicy;
}

/** What a grant reaches where its resources alone do not say it. */
export interface GrantScope {
  readonly resources: readonly string[];
  /** Narrows it. */
  readonly condition?: Statement['Condition'];
  /** The statement stands only in stacks where the flag holds. */
  readonly only?: Flag;
}

export interface FunctionOptions<E extends string, G extends string> {
  readonly environment: Readonly<Record<E, string>>;
  /**
   * The resources of each grant; `['*']` only for actions that take no resource, `[]` where the template does not make
   * use of it.
   */
  readonly grants: Readonly<Record<G, readonly string[] | GrantScope>>;
  /** What Lambda itself does in the function's name, such as sending what failed to a queue. */
  readonly statements?: readonly Statement[];
  readonly logs: LogGroupOptions;
}

export interface FunctionParts {
  readonly function: CfnFunction;
  readonly role: CfnRole;
  readonly logGroup: CfnLogGroup;
}

export interface AlarmOptions {
  /** What it means and what to do, for the person who is called. */
  readonly description: string;
  readonly on: CfnResource;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Average' | 'Maximum' | 'Minimum' | 'SampleCount' | 'Sum';
  readonly threshold: number;
  readonly comparison?:
    | 'GreaterThanThreshold'
    | 'GreaterThanOrEqualToThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold';
  readonly periodSeconds: number;
  readonly periods: number;
  readonly missingData?: 'breaching' | 'ignore' | 'missing' | 'notBreaching';
  readonly tell: Optional<'topicArn'> | Value<'topicArn'>;
}

/** One rule of EventBridge: a pattern of events, or a schedule such as `rate(1 day)`. */
export type InvokingRule = { readonly description: string } & (
  | { readonly pattern: Readonly<Record<string, unknown>> }
  | { readonly schedule: string }
);

/** What `build` makes resources with, beside CDK's own L1: the easy way that keeps the standards. */
export interface Resources {
  readonly artifacts: {
    /** Where a function's zip lies in the release's bucket of the stack's own region. */
    code(lambda: Lambda): { readonly s3Bucket: string; readonly s3Key: string };
    /** A container image of the release, by digest where it is locked. */
    container(image: Image): string;
    /**
     * The AMI of a machine image of the release, in the stack's own region, unless the user gives one: `ami-…` or
     * `resolve:ssm:…`. Where the host has none, a Rule asks for it.
     * @param isArm64 for an image of both architectures: whether the stack wants it for arm64
     * @param when by parameters alone: which stacks start machines at all. The Rule asks no others
     */
    machine(
      image: MachineImage,
      options: {
        readonly imageId: Optional<'imageId'>;
        readonly isArm64?: Flag;
        readonly when?: ICfnRuleConditionExpression;
      },
    ): Value<'imageId'>;
  };
  /** A role under `/<category>/<template>/`, with the permissions boundary that the stack may be given. */
  role(id: string, options: RoleOptions): CfnRole;
  logGroup(id: string, options: LogGroupOptions): CfnLogGroup;
  /** A bucket with its policy: no ACLs, TLS only, access logs, events, kept on delete; no public access but to artifacts. */
  bucket(id: string, options: BucketOptions): BucketParts;
  /** A function from the release with its role and log group: `<id>`, `<id>Role`, `<id>Logs`. */
  lambdaFunction<E extends string, G extends string>(
    id: string,
    lambda: Lambda<E, G>,
    options: FunctionOptions<E, G>,
  ): FunctionParts;
  /**
   * Rules of EventBridge that invoke a function: each with its permission and retries, and for all one dead-letter
   * queue. An alarm tells when it holds something, another when the function fails.
   * `<name>`, `<name>Invokes`, `<function>DeadLetters`, `<function>DeadLettersAlarm`, `<function>ErrorsAlarm`.
   */
  invokedBy(
    parts: FunctionParts,
    options: {
      readonly rules: Readonly<Record<string, InvokingRule>>;
      /** Encrypts the queue; without it SQS does. */
      readonly key?: Optional<'keyArn'>;
      /** What it means that the function failed, for the person who is called. */
      readonly failure: string;
      readonly tell: AlarmOptions['tell'];
    },
  ): readonly CfnRule[];
  /** A custom resource answered by a function of the release; it times out, and its role outlives it. */
  customResource<P extends object>(
    id: string,
    lambda: Lambda<string, string, P>,
    provider: FunctionParts,
    properties: NoInfer<P>,
  ): CfnResource;
  /** Two or three of something, by the zones that the VPC passes on. */
  perZone<T>(zones: Zones, make: (zone: Zone) => T): PerZone<T>;
  alarm(id: string, options: AlarmOptions): CfnAlarm;
  /** Deleting or replacing the resource keeps what it holds. Types that hold data get it without asking. */
  keep<R extends CfnResource>(resource: R, how?: 'retain' | 'snapshot'): R;
  /** For what can be made again: a deletion deletes it. */
  disposable<R extends CfnResource>(resource: R, why: { readonly reason: string; readonly review: string }): R;
  /** Excuses a resource from a standard until a day (ISO 8601) on which the reason is looked at again. */
  except(resource: CfnResource, standard: string, why: { readonly reason: string; readonly review: string }): void;
  /** Declares a network connection that a resource makes; it is proved against the environment. */
  connects(connection: {
    readonly from: CfnResource;
    readonly to: CfnResource | string;
    readonly port: number | string;
    readonly why: string;
  }): void;
  /** Declares what a service or function needs to be allowed; it is proved against roles and policies. */
  allow(allowance: {
    readonly who: CfnResource | string;
    readonly actions: readonly string[];
    /** What they act on: an ARN, a pattern, or words. */
    readonly resource: string;
    readonly why: string;
  }): void;
  /** The scope for L1 resources. */
  readonly scope: Construct;
}
