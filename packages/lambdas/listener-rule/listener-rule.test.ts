import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import fc from 'fast-check';
import { ATTEMPTS, listenerRule } from './listener-rule.ts';
import { ListenersInMemory, type Mishap } from './listeners-in-memory.ts';
import { listenerOf, type Properties } from './properties.ts';

const PREFIX = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';
const HTTP = `${PREFIX}:listener/app/web/50dc6c495c0c9188/aaaa`;
const HTTPS = `${PREFIX}:listener/app/web/50dc6c495c0c9188/bbbb`;
const TARGETS = `${PREFIX}:targetgroup/blog/73e2d6bc24d8a067`;
const properties: Properties = { ListenerArn: HTTP, TargetGroupArn: TARGETS, HostNames: ['blog.example.com'] };
const signal = new AbortController().signal;
const ownerOf = (name: string) => ({
  stackId: `arn:aws:cloudformation:eu-west-1:123456789012:stack/${name}/1`,
  logicalId: 'Rule',
});
const asked = { owner: ownerOf('blog'), requestId: 'r', signal };
const stranger = { listener: HTTP, conditions: [], targets: 'theirs', tags: [{ Key: 'Name', Value: 'theirs' }] };

function world(quota?: number) {
  const listeners = new ListenersInMemory([HTTP, HTTPS], quota);
  const pause = jest.fn(async () => {});
  const resource = listenerRule({ elb: listeners.client(), pause });
  return { listeners, pause, resource };
}

describe('a create', () => {
  it('takes the lowest priority that is free, beyond the first page and past the gaps', async () => {
    const { listeners, resource } = world();
    for (const priority of [1, 2, 3, 4, 6, 7]) listeners.add({ ...stranger, priority });
    const made = await resource.create({ ...asked, properties });
    expect(made.attributes).toEqual({ RuleArn: made.id, Priority: '5' });
    expect(listeners.rules.get(made.id)).toMatchObject({
      listener: HTTP,
      targets: TARGETS,
      conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: ['blog.example.com'] } }],
    });
  });

  it('finds by its tags what an attempt before made, also among many rules', async () => {
    const { listeners, resource } = world();
    for (let priority = 1; priority <= 45; priority++) listeners.add({ ...stranger, priority });
    const first = await resource.create({ ...asked, properties });
    expect(await resource.create({ ...asked, properties })).toEqual(first);
    expect(listeners.rules.size).toBe(46);
  });

  it('says that the quota is reached, and how to get on', async () => {
    const { listeners, resource } = world(1);
    listeners.add({ ...stranger, priority: 1 });
    await expect(resource.create({ ...asked, properties })).rejects.toThrow(/TooManyRules[\s\S]+raise the quota/);
  });

  it('gives up after as many attempts as it says where others are always faster', async () => {
    const { listeners, pause } = world();
    let next = 1;
    const faster = async () => {
      listeners.add({ ...stranger, priority: next++ });
    };
    const client = listeners.client();
    const elb = {
      send: async (command: object, options: object) => {
        if (command.constructor.name === 'CreateRuleCommand') await faster();
        return client.send(command as never, options);
      },
    } as unknown as ElasticLoadBalancingV2Client;
    const creating = listenerRule({ elb, pause }).create({ ...asked, properties });
    await expect(creating).rejects.toThrow(/taken 20 times/);
    expect(pause).toHaveBeenCalledTimes(ATTEMPTS);
  });

  it('does not hide that the listener is not there', async () => {
    const { resource } = world();
    const elsewhere = { ...properties, ListenerArn: `${HTTP}c` };
    await expect(resource.create({ ...asked, properties: elsewhere })).rejects.toThrow('listeners not found');
  });
});

describe('an update', () => {
  it('changes the rule and keeps its priority, also when a lower one has become free', async () => {
    const { listeners, resource } = world();
    const before = listeners.add({ ...stranger, priority: 1 });
    const { id } = await resource.create({ ...asked, properties });
    listeners.rules.delete(before.arn);
    const paths = { ...properties, HostNames: [], PathPatterns: ['/blog/*'] };
    const updated = await resource.update({ ...asked, properties: paths, id, old: { ...properties } });
    expect(updated).toEqual({ id, attributes: { RuleArn: id, Priority: '2' } });
    expect(listeners.rules.get(id)!.conditions).toEqual([
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/blog/*'] } },
    ]);
  });

  it('makes another rule in another listener, and leaves the old one for its delete', async () => {
    const { listeners, resource } = world();
    const { id } = await resource.create({ ...asked, properties });
    const moved = { ...properties, ListenerArn: HTTPS };
    const updated = await resource.update({ ...asked, properties: moved, id, old: { ...properties } });
    expect(listenerOf(updated.id)).toBe(HTTPS);
    expect([...listeners.rules.keys()]).toEqual([id, updated.id]);
  });

  it('takes back what a move that failed left in the other listener', async () => {
    const { listeners, resource } = world();
    const { id } = await resource.create({ ...asked, properties });
    const moved = { ...properties, ListenerArn: HTTPS };
    await resource.update({ ...asked, properties: moved, id, old: { ...properties } });
    await resource.update({ ...asked, properties, id, old: { ...moved } });
    expect([...listeners.rules.keys()]).toEqual([id]);
  });

  it('makes the rule again where somebody has removed it', async () => {
    const { listeners, resource } = world();
    const { id } = await resource.create({ ...asked, properties });
    listeners.rules.clear();
    const updated = await resource.update({ ...asked, properties, id, old: { ...properties } });
    expect(updated.id).not.toBe(id);
    expect(listeners.rules.has(updated.id)).toBe(true);
  });
});

describe('a delete', () => {
  it('succeeds where the rule or the whole listener is gone', async () => {
    const { listeners, resource } = world();
    const { id } = await resource.create({ ...asked, properties });
    listeners.rules.clear();
    await resource.remove({ ...asked, properties: { ...properties }, id });
    listeners.listeners.clear();
    await resource.remove({ ...asked, properties: { ...properties }, id: undefined });
    expect(listeners.changes).toEqual(['create']);
  });

  it('asks for no deletion of a rule that is gone: a role that goes by its tags would be refused', async () => {
    const { listeners, pause, resource } = world();
    const { id } = await resource.create({ ...asked, properties });
    listeners.rules.clear();
    const refused = listenerRule({ elb: listeners.client(undefined, () => 'refused'), pause });
    await expect(refused.remove({ ...asked, properties: { ...properties }, id })).resolves.toBeUndefined();
  });

  it('removes by owner what a create that never told has made, and nothing of others', async () => {
    const { listeners, resource } = world();
    const theirs = listeners.add({ ...stranger, priority: 1 });
    await resource.create({ ...asked, properties });
    const neighbour = await resource.create({ ...asked, owner: ownerOf('shop'), properties });
    await resource.remove({ ...asked, properties: { ...properties }, id: undefined });
    expect([...listeners.rules.keys()]).toEqual([theirs.arn, neighbour.id]);
  });

  it('touches nothing where its properties name no listener', async () => {
    const { listeners, resource } = world();
    await resource.remove({ ...asked, properties: { ListenerArn: 7 }, id: undefined });
    expect(listeners.changes).toEqual([]);
  });
});

interface Step {
  readonly properties: Properties;
  /** What befalls the nth change of the step, counted from 0. */
  readonly mishap: Mishap | undefined;
  readonly nth: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  properties: fc.record({
    ListenerArn: fc.constantFrom(HTTP, HTTPS),
    TargetGroupArn: fc.constant(TARGETS),
    PathPatterns: fc.constantFrom(['/a'], ['/b'], ['/c', '/d']),
  }),
  mishap: fc.constantFrom(undefined, undefined, 'refused' as const, 'lost' as const),
  nth: fc.nat(2),
});

/** What CloudFormation does with one resource of one stack: create, update, clean up, roll back. */
class Stack {
  id: string | undefined;
  properties: Properties | undefined;
  readonly #resource: ReturnType<typeof listenerRule>;
  readonly #owner: ReturnType<typeof ownerOf>;
  #fate: { mishap: Mishap | undefined; in: number } = { mishap: undefined, in: 0 };

  constructor(listeners: ListenersInMemory, name: string, turns: () => Promise<void>) {
    this.#owner = ownerOf(name);
    const elb = listeners.client(turns, () => (this.#fate.in-- === 0 ? this.#fate.mishap : undefined));
    this.#resource = listenerRule({ elb, pause: turns });
  }

  async take({ properties: next, mishap, nth }: Step): Promise<void> {
    const before = { id: this.id, properties: this.properties };
    const request = { owner: this.#owner, requestId: 'r', signal };
    this.#fate = { mishap, in: nth };
    try {
      const made = before.id
        ? await this.#resource.update({ ...request, properties: next, id: before.id, old: { ...before.properties! } })
        : await this.#resource.create({ ...request, properties: next });
      this.#fate.mishap = undefined;
      this.id = made.id;
      this.properties = next;
      if (before.id && made.id !== before.id) await this.#remove(before.id, before.properties!);
    } catch (error) {
      expect(this.#fate.mishap).toBeDefined();
      expect((error as Error).message).toMatch(/^refused$|answer was lost/);
      this.#fate.mishap = undefined;
      if (!before.id) return this.#remove(undefined, next);
      const back = await this.#resource.update({
        ...request,
        properties: before.properties!,
        id: before.id,
        old: { ...next },
      });
      this.id = back.id;
    }
  }

  async delete(): Promise<void> {
    if (this.id) await this.#remove(this.id, this.properties!);
    this.id = undefined;
  }

  #remove(id: string | undefined, properties: Properties): Promise<void> {
    return this.#resource.remove({
      owner: this.#owner,
      requestId: 'r',
      signal,
      properties: { ...properties },
      id,
    });
  }
}

describe('over any sequence of requests of several stacks side by side', () => {
  it('priorities are unique, each stack has its one rule, strangers keep theirs, and deletes leave nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(4), { minLength: 20, maxLength: 20 }),
        async (scripts, delays) => {
          const listeners = new ListenersInMemory([HTTP, HTTPS]);
          const theirs = [1, 3].map((priority) => listeners.add({ ...stranger, priority }));
          const untouched = structuredClone(theirs);
          let turn = 0;
          const turns = async () => {
            for (let left = delays[turn++ % delays.length]!; left > 0; left--) await null;
          };
          const stacks = scripts.map((_, index) => new Stack(listeners, `stack-${index}`, turns));
          await Promise.all(
            stacks.map(async (stack, index) => {
              for (const each of scripts[index]!) await stack.take(each);
            }),
          );

          const mine = stacks.filter(({ id }) => id !== undefined);
          expect([...listeners.rules.keys()].sort()).toEqual(
            [...theirs.map(({ arn }) => arn), ...mine.map(({ id }) => id)].sort(),
          );
          for (const { id, properties: { ListenerArn, PathPatterns } = properties } of mine)
            expect(listeners.rules.get(id!)).toMatchObject({
              listener: ListenerArn,
              conditions: [{ PathPatternConfig: { Values: PathPatterns } }],
            });
          for (const listener of [HTTP, HTTPS]) {
            const priorities = listeners.of(listener).map(({ priority }) => priority);
            expect(new Set(priorities).size).toBe(priorities.length);
            expect(Math.max(0, ...priorities)).toBeLessThanOrEqual(2 * (stacks.length + 2));
          }
          await Promise.all(stacks.map((stack) => stack.delete()));
          expect([...listeners.rules.values()]).toEqual(untouched);
        },
      ),
      { numRuns: 200 },
    );
  });
});
