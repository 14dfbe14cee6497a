import { CustomResourceError, readProperties } from '@bitclouded/kit/custom-resource';

/** What the template says of a rule: requests that match one of the hosts and one of the paths go to the targets. */
export interface Properties {
  readonly ListenerArn: string;
  readonly TargetGroupArn: string;
  /** At least one host name or path pattern; three of a kind at most, and five together. */
  readonly HostNames?: readonly string[];
  readonly PathPatterns?: readonly string[];
}

const LISTENER = /^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:listener\/app\/[^/]+\/[^/]+\/[^/]+$/;
const RULE = /^(arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:)listener-rule(\/app\/[^/]+\/[^/]+\/[^/]+)\/[^/]+$/;

/** Source of the patterns: User Guide for Application Load Balancers, "Condition types for listener rules". */
const DECLARED = {
  ListenerArn: { expected: 'the ARN of a listener of an Application Load Balancer', pattern: LISTENER },
  TargetGroupArn: {
    expected: 'the ARN of a target group',
    pattern: /^arn:[^:]+:elasticloadbalancing:[^:]+:\d{12}:targetgroup\/[^/]+\/[^/]+$/,
  },
  HostNames: {
    expected: 'a host name with a dot, wildcards * and ? allowed, of at most 128 characters',
    pattern: /^(?=.{3,128}$)[A-Za-z0-9_.*?-]*\.[A-Za-z*?]+$/,
    list: true,
    optional: true,
  },
  PathPatterns: {
    expected: 'a path of at most 128 characters that begins with / or *',
    pattern: /^(?=.{1,128}$)[/*][A-Za-z0-9_\-.$/~"'@:+&*?]*$/,
    list: true,
    optional: true,
  },
} as const;

/** Source: the same page, "Condition basics". */
const VALUES_PER_CONDITION = 3;
const VALUES_PER_RULE = 5;

/** @throws CustomResourceError `property-invalid` with every fault */
export function readRule(properties: Readonly<Record<string, unknown>>): Properties {
  const read = readProperties(DECLARED, properties);
  const counts = { HostNames: read.HostNames?.length ?? 0, PathPatterns: read.PathPatterns?.length ?? 0 };
  const all = counts.HostNames + counts.PathPatterns;
  const faults = [
    ...Object.entries(counts)
      .filter(([, count]) => count > VALUES_PER_CONDITION)
      .map(([name, count]) => tooMany(name, count, VALUES_PER_CONDITION)),
    ...(all > VALUES_PER_RULE ? [tooMany('HostNames and PathPatterns', all, VALUES_PER_RULE)] : []),
    ...(all === 0
      ? [
          {
            code: 'property-invalid' as const,
            where: 'HostNames, PathPatterns',
            received: 'neither',
            expected: 'at least one host name or path pattern',
            remedy: 'say which requests the rule is for; all others have the default action of the listener',
          },
        ]
      : []),
  ];
  if (faults.length > 0) throw new CustomResourceError(faults);
  return read;
}

/** Whether it is the ARN of a rule of an Application Load Balancer's listener. */
export function isRuleArn(id: string): boolean {
  return RULE.test(id);
}

export function isListenerArn(text: unknown): text is string {
  return typeof text === 'string' && LISTENER.test(text);
}

/** The ARN of the listener that a rule belongs to: the rule's ARN holds it. */
export function listenerOf(ruleArn: string): string {
  return ruleArn.replace(RULE, '$1listener$2');
}

function tooMany(where: string, count: number, limit: number) {
  return {
    code: 'property-invalid' as const,
    where,
    received: `${count} values`,
    expected: `at most ${limit}`,
    remedy: 'join some by a wildcard, or make a second rule',
  };
}
