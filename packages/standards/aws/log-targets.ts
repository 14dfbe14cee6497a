import { perTemplate } from '../model/per-template.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { resourceStatements, servicesOf } from './statements.ts';

/** Services that write logs into a bucket by its policy. */
const LOG_WRITERS = new Set([
  'cloudtrail.amazonaws.com',
  'config.amazonaws.com',
  'delivery.logs.amazonaws.com',
  'logdelivery.elasticloadbalancing.amazonaws.com',
  'logging.s3.amazonaws.com',
]);

/** What is known of a template's buckets from its other resources; each is looked at once. */
interface Buckets {
  readonly policies: ReadonlyMap<Resource, readonly Resource[]>;
  /** Where other buckets send their access logs. */
  readonly accessLogs: ReadonlySet<Resource>;
  /** Where application load balancers send theirs. */
  readonly loadBalancerLogs: ReadonlySet<Resource>;
  /** The services that a bucket's policies name. */
  readonly services: ReadonlyMap<Resource, ReadonlySet<string>>;
}
/** The policies of the template that are a bucket's. */
export function policiesOf(bucket: Resource, template: Template): readonly Resource[] {
  return bucketsOf(template).policies.get(bucket) ?? [];
}

/** Whether S3 itself writes access logs into the bucket: another bucket sends them, or the policy lets S3. */
export function takesAccessLogs(bucket: Resource, template: Template): boolean {
  const { accessLogs, services } = bucketsOf(template);
  return accessLogs.has(bucket) || services.get(bucket)?.has('logging.s3.amazonaws.com') === true;
}

/** Whether an application load balancer writes its access logs into the bucket. */
export function takesLoadBalancerLogs(bucket: Resource, template: Template): boolean {
  return bucketsOf(template).loadBalancerLogs.has(bucket);
}

/** Whether logs of some service end in the bucket. */
export function isLogTarget(bucket: Resource, template: Template): boolean {
  const services = bucketsOf(template).services.get(bucket) ?? [];
  return (
    takesAccessLogs(bucket, template) ||
    takesLoadBalancerLogs(bucket, template) ||
    [...services].some((service) => LOG_WRITERS.has(service))
  );
}

const bucketsOf = perTemplate(lookAt);

function lookAt(template: Template): Buckets {
  const all = template.ofType('AWS::S3::Bucket');
  const byName = new Map(
    all.flatMap((bucket) => bucket.values('BucketName').map(({ spelling }) => [spelling, bucket] as const)),
  );
  /** The bucket that a value names: by reference, or by the same text. */
  const named = ({ reference, spelling }: Value): Resource[] => {
    const referred = reference?.attribute === undefined ? template.resources.get(reference?.target ?? '') : undefined;
    const bucket = referred ?? (spelling === undefined ? undefined : byName.get(spelling));
    return bucket?.type === 'AWS::S3::Bucket' ? [bucket] : [];
  };
  const policies = new Map<Resource, Resource[]>();
  const services = new Map<Resource, Set<string>>();
  for (const policy of template.ofType('AWS::S3::BucketPolicy'))
    for (const bucket of new Set(policy.values('Bucket').flatMap(named))) {
      policies.set(bucket, [...(policies.get(bucket) ?? []), policy]);
      const names = services.get(bucket) ?? new Set();
      for (const statement of resourceStatements(policy))
        for (const { text } of servicesOf(statement)) names.add(text!);
      services.set(bucket, names);
    }
  return {
    policies,
    services,
    accessLogs: new Set(
      all.flatMap((sender) =>
        sender
          .values('LoggingConfiguration.DestinationBucketName')
          .flatMap(named)
          .filter((target) => target !== sender),
      ),
    ),
    loadBalancerLogs: new Set(loadBalancerTargets(template).flatMap(named)),
  };
}

function loadBalancerTargets(template: Template): Value[] {
  return template
    .ofType('AWS::ElasticLoadBalancingV2::LoadBalancer')
    .filter((balancer) => balancer.values('Type').every((type) => type.isAbsent || type.is('application')))
    .flatMap((balancer) => balancer.values('LoadBalancerAttributes.*'))
    .filter((attribute) => attribute.values('Key').some((key) => key.is('access_logs.s3.bucket')))
    .flatMap((attribute) => attribute.values('Value'));
}
