import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
  ListenerNotFoundException,
  ModifyRuleCommand,
  PriorityInUseException,
  type RuleCondition,
  RuleNotFoundException,
  type Tag,
  TooManyRulesException,
} from '@aws-sdk/client-elastic-load-balancing-v2';

export interface StoredRule {
  readonly arn: string;
  readonly listener: string;
  readonly priority: number;
  conditions: readonly RuleCondition[];
  targets: string;
  readonly tags: readonly Tag[];
}

/** How a changing request goes wrong: not done, or done and the answer lost. */
export type Mishap = 'refused' | 'lost';

const PAGE = 3;
const $metadata = {};

/**
 * Listeners of load balancers for tests, with what the API Reference says of their rules: pages, unique priorities, a
 * quota, tags for twenty resources a call that fail as a whole when one of them is gone.
 */
export class ListenersInMemory {
  readonly rules = new Map<string, StoredRule>();
  readonly listeners: Set<string>;
  readonly quota: number;
  /** Changes that were made, by the names of their commands. */
  readonly changes: string[] = [];
  #made = 0;

  constructor(listeners: readonly string[], quota = 100) {
    this.listeners = new Set(listeners);
    this.quota = quota;
  }

  /**
   * A client of its own for each that works side by side with others.
   * @param turns lets others go first, before each request
   * @param mishap asked at each changing request
   */
  client(turns: () => Promise<void> = async () => {}, mishap: () => Mishap | undefined = () => undefined) {
    const send = async (command: object) => {
      await turns();
      if (command instanceof DescribeRulesCommand || command instanceof DescribeTagsCommand) return this.#read(command);
      const fate = mishap();
      if (fate === 'refused') throw new Error('refused');
      const answer = this.#change(command);
      if (fate === 'lost') throw new Error('the answer was lost');
      return answer;
    };
    return { send } as unknown as ElasticLoadBalancingV2Client;
  }

  add(rule: Omit<StoredRule, 'arn'>): StoredRule {
    const arn = `${rule.listener.replace(':listener/', ':listener-rule/')}/${++this.#made}`;
    const stored = { ...rule, arn };
    this.rules.set(arn, stored);
    return stored;
  }

  of(listener: string): StoredRule[] {
    return [...this.rules.values()].filter((rule) => rule.listener === listener);
  }

  #read(command: DescribeRulesCommand | DescribeTagsCommand) {
    if (command instanceof DescribeRulesCommand) {
      const { ListenerArn = '', Marker } = command.input;
      if (!this.listeners.has(ListenerArn)) throw noListener();
      const all = [
        ...this.of(ListenerArn).map(({ arn, priority }) => ({ RuleArn: arn, Priority: String(priority) })),
        { RuleArn: `${ListenerArn}/default`, Priority: 'default', IsDefault: true },
      ];
      const at = Number(Marker ?? 0);
      return { Rules: all.slice(at, at + PAGE), NextMarker: all.length > at + PAGE ? String(at + PAGE) : undefined };
    }
    const { ResourceArns = [] } = command.input;
    if (ResourceArns.length === 0 || ResourceArns.length > 20) throw new Error(`${ResourceArns.length} resources`);
    return { TagDescriptions: ResourceArns.map((arn) => ({ ResourceArn: arn, Tags: [...this.#rule(arn).tags] })) };
  }

  #change(command: object) {
    if (command instanceof CreateRuleCommand) {
      const { ListenerArn = '', Priority = 0, Conditions = [], Actions = [], Tags = [] } = command.input;
      if (!this.listeners.has(ListenerArn)) throw noListener();
      const others = this.of(ListenerArn);
      if (others.some(({ priority }) => priority === Priority))
        throw new PriorityInUseException({ message: `Priority '${Priority}' is currently in use`, $metadata });
      if (others.length >= this.quota)
        throw new TooManyRulesException({ message: 'The maximum number of rules has been reached', $metadata });
      const targets = Actions[0]!.TargetGroupArn!;
      const { arn } = this.add({
        listener: ListenerArn,
        priority: Priority,
        conditions: Conditions,
        targets,
        tags: Tags,
      });
      this.changes.push('create');
      return { Rules: [{ RuleArn: arn }] };
    }
    if (command instanceof ModifyRuleCommand) {
      const rule = this.#rule(command.input.RuleArn!);
      rule.conditions = command.input.Conditions!;
      rule.targets = command.input.Actions![0]!.TargetGroupArn!;
      this.changes.push('modify');
      return {};
    }
    if (command instanceof DeleteRuleCommand) {
      this.rules.delete(this.#rule(command.input.RuleArn!).arn);
      this.changes.push('delete');
      return {};
    }
    throw new Error(`${command.constructor.name} is none of the requests of this function`);
  }

  #rule(arn: string): StoredRule {
    const rule = this.rules.get(arn);
    if (!rule) throw new RuleNotFoundException({ message: `Rule '${arn}' not found`, $metadata });
    return rule;
  }
}

function noListener(): ListenerNotFoundException {
  return new ListenerNotFoundException({ message: 'One or more listeners not found', $metadata });
}
