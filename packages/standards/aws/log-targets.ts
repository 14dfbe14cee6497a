import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { resourceStatements, servicesOf } from './statements.ts';

/** Services that write logs into a bucket by its policy. */
const LOG_WRITERS = new Set([
  'cloudtrail.amazonaws.com',
  'config.amazonaws.com',
  'delivery.logs.amazonaws.com',
  'logdelivery.elasticloadbalancing.amazonaws.com',
  'logging.s3.amazonaws.com',
]);

/** The policies of the template that are a bucket's. */
export function policiesOf(bucket: Resource, template: Template): Resource[] {
  return template
    .ofType('AWS::S3::BucketPolicy')
    .filter((policy) => policy.values('Bucket').some((name) => names(name, bucket)));
}

/** Whether S3 itself writes access logs into the bucket: another bucket sends them, or the policy lets S3. */
export function takesAccessLogs(bucket: Resource, template: Template): boolean {
  const senders = template.ofType('AWS::S3::Bucket').filter((sender) => sender !== bucket);
  return (
    senders.some((sender) =>
      sender.values('LoggingConfiguration.DestinationBucketName').some((target) => names(target, bucket)),
    ) || letsWrite(bucket, template, (service) => service === 'logging.s3.amazonaws.com')
  );
}

/** Whether an application or classic load balancer writes its access logs into the bucket. */
export function takesLoadBalancerLogs(bucket: Resource, template: Template): boolean {
  const attribute = (balancer: Resource) =>
    balancer
      .values('LoadBalancerAttributes.*')
      .filter((one) => one.values('Key').some((key) => key.is('access_logs.s3.bucket')))
      .flatMap((one) => one.values('Value'));
  return template
    .ofType('AWS::ElasticLoadBalancingV2::LoadBalancer')
    .filter((balancer) => balancer.values('Type').every((type) => type.isAbsent || type.is('application')))
    .some((balancer) => attribute(balancer).some((target) => names(target, bucket)));
}

/** Whether logs of some service end in the bucket. */
export function isLogTarget(bucket: Resource, template: Template): boolean {
  return (
    takesAccessLogs(bucket, template) ||
    takesLoadBalancerLogs(bucket, template) ||
    letsWrite(bucket, template, (service) => LOG_WRITERS.has(service))
  );
}

function letsWrite(bucket: Resource, template: Template, isWriter: (service: string) => boolean): boolean {
  return policiesOf(bucket, template).some((policy) =>
    resourceStatements(policy).some((statement) => servicesOf(statement).some(({ text }) => isWriter(text!))),
  );
}

/** Whether a value is the bucket's name: a reference, or the same text that names it. */
function names(value: ReturnType<Resource['values']>[number], bucket: Resource): boolean {
  if (value.reference) return value.reference.target === bucket.logicalId && value.reference.attribute === undefined;
  return value.text !== undefined && bucket.values('BucketName').some((name) => name.text === value.text);
}
