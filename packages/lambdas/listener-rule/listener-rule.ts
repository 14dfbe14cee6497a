import {
  type ElasticLoadBalancingV2Client,
  PriorityInUseException,
  RuleNotFoundException,
  TooManyRulesException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { type CustomResource, CustomResourceError, type Made, type Request } from '@bitclouded/kit/custom-resource';
import { isListenerArn, isRuleArn, listenerOf, type Properties, readRule } from './properties.ts';
import { createRule, deleteRule, isGone, listRules, lowestFree, modifyRule, ownedBy, type Rule } from './rules.ts';

/** How often a priority is tried: each time that one is taken, somebody else has got what they wanted. */
export const ATTEMPTS = 20;

export interface Dependencies {
  readonly elb: ElasticLoadBalancingV2Client;
  /** Waits before the next attempt, counted from 1, for another time than others do. */
  readonly pause: (attempt: number, signal: AbortSignal) => Promise<unknown>;
}

type Asked = Request<Properties>;

/**
 * A rule in a listener that many stacks share. Its tags name its owner, so that a create whose answer was lost is
 * found again. The priority is chosen once: only another listener gives another rule.
 */
export function listenerRule({ elb, pause }: Dependencies): CustomResource<Properties> {
  /** The owner's rule in the listener of the properties: `id` if it is there, another of the owner's, or a new one. */
  async function settle({ owner, properties, signal }: Asked, id?: string): Promise<Rule> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        const rules = await listRules(elb, properties.ListenerArn, signal);
        const rule = rules.find(({ arn }) => arn === id) ?? (await ownedBy(owner, rules, elb, signal))[0];
        if (!rule) return await createRule(elb, owner, free(rules, properties), properties, signal);
        await modifyRule(elb, rule, properties, signal);
        return rule;
      } catch (error) {
        if (error instanceof TooManyRulesException) throw quotaFault(properties, error);
        // Others came and went between the list and what followed.
        if (!(error instanceof PriorityInUseException || error instanceof RuleNotFoundException)) throw error;
        await pause(attempt, signal);
      }
    }
    throw contentionFault(properties);
  }

  /** Removes the owner's rules of a listener but those that are kept. */
  async function sweep(
    { owner, signal }: Pick<Asked, 'owner' | 'signal'>,
    listenerArn: string,
    kept: readonly string[],
  ): Promise<void> {
    try {
      const rules = await listRules(elb, listenerArn, signal);
      for (const { arn } of await ownedBy(owner, rules, elb, signal))
        if (!kept.includes(arn)) await deleteRule(elb, arn, signal);
    } catch (error) {
      if (error instanceof RuleNotFoundException) return sweep({ owner, signal }, listenerArn, kept);
      if (!isGone(error)) throw error;
    }
  }

  /** A rule that is gone has no tags: a role that may delete its own rules by their tags would be refused. */
  async function removeIfThere({ owner, signal }: Pick<Asked, 'owner' | 'signal'>, arn: string): Promise<void> {
    try {
      await ownedBy(owner, [{ arn, priority: 0 }], elb, signal);
    } catch (error) {
      if (isGone(error)) return;
      throw error;
    }
    await deleteRule(elb, arn, signal);
  }

  return {
    read: readRule,
    owns: isRuleArn,

    async create(request) {
      const rule = await settle(request);
      await sweep(request, request.properties.ListenerArn, [rule.arn]);
      return made(rule);
    },

    async update(request) {
      const { properties, old, id } = request;
      const rule = await settle(request, id);
      const listeners = new Set([properties.ListenerArn, listenerOf(id), old.ListenerArn].filter(isListenerArn));
      for (const listener of listeners) await sweep(request, listener, [rule.arn, id]);
      return made(rule);
    },

    async remove({ id, properties, owner, signal }) {
      if (id !== undefined) return removeIfThere({ owner, signal }, id);
      if (isListenerArn(properties.ListenerArn)) await sweep({ owner, signal }, properties.ListenerArn, []);
    },
  };
}

function made({ arn, priority }: Rule): Made {
  return { id: arn, attributes: { RuleArn: arn, Priority: String(priority) } };
}

function free(rules: readonly Rule[], properties: Properties): number {
  const priority = lowestFree(rules);
  if (priority === undefined) throw quotaFault(properties);
  return priority;
}

function quotaFault({ ListenerArn }: Properties, cause?: Error): CustomResourceError {
  return new CustomResourceError(
    {
      code: 'resource-failed',
      where: ListenerArn,
      received: cause ? `${cause.name}: ${cause.message}` : 'no priority that is free',
      expected: 'room for one more rule; a load balancer has 100 unless its quota was raised',
      remedy: 'raise the quota "Rules per Application Load Balancer", remove a rule, or use another load balancer',
    },
    { cause },
  );
}

function contentionFault({ ListenerArn }: Properties): CustomResourceError {
  return new CustomResourceError({
    code: 'resource-failed',
    where: ListenerArn,
    received: `priorities that were taken ${ATTEMPTS} times while the rule was made`,
    expected: 'a priority that stays free for a moment',
    remedy: 'try the stack again when fewer stacks change this listener',
  });
}
