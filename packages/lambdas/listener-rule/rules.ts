import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
  ListenerNotFoundException,
  ModifyRuleCommand,
  RuleNotFoundException,
  type Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Owner } from '@bitclouded/kit/custom-resource';
import type { Properties } from './properties.ts';

/** A rule of the listener that is not its default one. */
export interface Rule {
  readonly arn: string;
  readonly priority: number;
}

/** The tags that say whose a rule is. */
export const STACK_TAG = 'bitclouded:stack-id';
export const RESOURCE_TAG = 'bitclouded:logical-id';

/** Source: Elastic Load Balancing API Reference, DescribeTags: "up to 20 resources in a single call". */
const TAGS_A_CALL = 20;
/** Source: the same, CreateRule, Priority. */
const HIGHEST_PRIORITY = 50_000;

/** All rules of a listener. @throws ListenerNotFoundException */
export async function listRules(
  elb: ElasticLoadBalancingV2Client,
  listenerArn: string,
  abortSignal: AbortSignal,
): Promise<Rule[]> {
  const rules: Rule[] = [];
  let Marker: string | undefined;
  do {
    const page = await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn, Marker }), { abortSignal });
    for (const { RuleArn, Priority, IsDefault } of page.Rules ?? [])
      if (!IsDefault && RuleArn) rules.push({ arn: RuleArn, priority: Number(Priority) });
    Marker = page.NextMarker;
  } while (Marker);
  return rules;
}

/** Those of the rules that carry the owner's tags, the lowest priority first. @throws RuleNotFoundException */
export async function ownedBy(
  owner: Owner,
  rules: readonly Rule[],
  elb: ElasticLoadBalancingV2Client,
  abortSignal: AbortSignal,
): Promise<Rule[]> {
  const owned = new Set<string | undefined>();
  for (let at = 0; at < rules.length; at += TAGS_A_CALL) {
    const ResourceArns = rules.slice(at, at + TAGS_A_CALL).map(({ arn }) => arn);
    const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns }), { abortSignal });
    for (const { ResourceArn, Tags = [] } of TagDescriptions ?? [])
      if (tagsOf(owner).every(({ Key, Value }) => Tags.some((tag) => tag.Key === Key && tag.Value === Value)))
        owned.add(ResourceArn);
  }
  return rules.filter(({ arn }) => owned.has(arn)).sort((one, other) => one.priority - other.priority);
}

/** The lowest priority that no rule has, or undefined where all are taken. */
export function lowestFree(rules: readonly Rule[]): number | undefined {
  const taken = new Set(rules.map(({ priority }) => priority));
  for (let priority = 1; priority <= HIGHEST_PRIORITY; priority++) if (!taken.has(priority)) return priority;
  return undefined;
}

/** @throws PriorityInUseException where somebody was faster, TooManyRulesException */
export async function createRule(
  elb: ElasticLoadBalancingV2Client,
  owner: Owner,
  priority: number,
  properties: Properties,
  abortSignal: AbortSignal,
): Promise<Rule> {
  const { Rules } = await elb.send(
    new CreateRuleCommand({
      ListenerArn: properties.ListenerArn,
      Priority: priority,
      ...routing(properties),
      Tags: tagsOf(owner),
    }),
    { abortSignal },
  );
  return { arn: Rules![0]!.RuleArn!, priority };
}

/** Changes what a rule does, and not its priority. @throws RuleNotFoundException */
export async function modifyRule(
  elb: ElasticLoadBalancingV2Client,
  rule: Rule,
  properties: Properties,
  abortSignal: AbortSignal,
): Promise<void> {
  await elb.send(new ModifyRuleCommand({ RuleArn: rule.arn, ...routing(properties) }), { abortSignal });
}

/** That it is gone, with its listener or without, is success. */
export async function deleteRule(
  elb: ElasticLoadBalancingV2Client,
  arn: string,
  abortSignal: AbortSignal,
): Promise<void> {
  try {
    await elb.send(new DeleteRuleCommand({ RuleArn: arn }), { abortSignal });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

export function isGone(error: unknown): boolean {
  return error instanceof RuleNotFoundException || error instanceof ListenerNotFoundException;
}

function tagsOf({ stackId, logicalId }: Owner): (Tag & { Key: string })[] {
  return [
    { Key: STACK_TAG, Value: stackId },
    { Key: RESOURCE_TAG, Value: logicalId },
  ];
}

function routing({ TargetGroupArn, HostNames = [], PathPatterns = [] }: Properties) {
  return {
    Conditions: [
      ...(HostNames.length > 0 ? [{ Field: 'host-header', HostHeaderConfig: { Values: [...HostNames] } }] : []),
      ...(PathPatterns.length > 0 ? [{ Field: 'path-pattern', PathPatternConfig: { Values: [...PathPatterns] } }] : []),
    ],
    Actions: [{ Type: 'forward' as const, TargetGroupArn }],
  };
}
