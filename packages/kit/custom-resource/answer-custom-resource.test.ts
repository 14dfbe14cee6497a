import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import fc from 'fast-check';
import type { Answer } from './answer.ts';
import { answerCustomResource, type CustomResource, type Owner } from './answer-custom-resource.ts';
import { CustomResourceError } from './custom-resource-error.ts';
import { readProperties } from './read-properties.ts';
import { StackOfOne } from './testing/stack-of-one.ts';

/** Longer than what is kept for answering; milliseconds. */
const LONG = { getRemainingTimeInMillis: () => 60_000 };
const STACK = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/blog/1';

function event(
  RequestType: 'Create' | 'Update' | 'Delete',
  more: Partial<Record<string, unknown>> = {},
): CloudFormationCustomResourceEvent {
  return {
    RequestType,
    ResponseURL: 'https://answers.example.com/?Signature=hidden',
    StackId: STACK,
    RequestId: 'r-1',
    LogicalResourceId: 'Thing',
    ResourceType: 'AWS::CloudFormation::CustomResource',
    ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:thing',
    ResourceProperties: { ServiceToken: 'x', ServiceTimeout: '60', Name: 'a' },
    ...(RequestType !== 'Create' && { PhysicalResourceId: 'thing/a' }),
    ...(RequestType === 'Update' && { OldResourceProperties: { ServiceToken: 'x', Name: 'b' } }),
    ...more,
  } as never;
}

const base: CustomResource<{ readonly Name: string }> = {
  read: (properties) => readProperties({ Name: { expected: 'a name', pattern: /^[a-z]$/ } }, properties),
  create: async ({ properties }) => ({ id: `thing/${properties.Name}`, attributes: { Name: properties.Name } }),
  update: async ({ properties, id }) => ({ id, attributes: { Name: properties.Name } }),
  remove: async () => {},
  owns: (id) => id.startsWith('thing/'),
};

/** Handles one event. @returns what CloudFormation was told, and what was logged */
async function answerTo(
  resource: Partial<typeof base>,
  of: CloudFormationCustomResourceEvent,
  context = LONG,
): Promise<{ answers: Answer[]; log: string }> {
  const answers: Answer[] = [];
  let log = '';
  const handle = answerCustomResource(
    { ...base, ...resource },
    {
      send: async (_, request) => {
        answers.push(JSON.parse(Buffer.from(request!.body as Uint8Array).toString()));
        return new Response();
      },
      log: (message, detail) => {
        log += message + JSON.stringify(detail);
      },
    },
  );
  await handle(of, context);
  return { answers, log };
}

describe('answerCustomResource', () => {
  it('tells the id, the attributes and whose request it was', async () => {
    const { answers } = await answerTo({}, event('Create'));
    expect(answers).toEqual([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'thing/a',
        StackId: STACK,
        RequestId: 'r-1',
        LogicalResourceId: 'Thing',
        Data: { Name: 'a' },
      },
    ]);
  });

  it('hides attributes that are secret', async () => {
    const { answers } = await answerTo({ create: async () => ({ id: 'thing/a', secret: true }) }, event('Create'));
    expect(answers[0]).toMatchObject({ NoEcho: true });
  });

  it('hands over the properties without what CloudFormation adds, the old ones too', async () => {
    const update = jest.fn(base.update);
    await answerTo({ update }, event('Update'));
    expect(update.mock.calls[0]![0]).toMatchObject({ properties: { Name: 'a' }, old: { Name: 'b' }, id: 'thing/a' });
    expect(update.mock.calls[0]![0].old).toEqual({ Name: 'b' });
  });

  it('keeps the id when an update fails, so that nothing is replaced by a failure', async () => {
    const update = () => Promise.reject(new Error('no such listener'));
    const { answers } = await answerTo({ update }, event('Update'));
    expect(answers).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: 'thing/a', Reason: 'no such listener' }]);
  });

  it('tells all faults of the properties as the reason', async () => {
    const { answers } = await answerTo({}, event('Create', { ResourceProperties: { Nmae: 'a' } }));
    expect(answers[0]!.Reason).toMatch(/Name: property-invalid[\s\S]+Nmae: property-invalid/);
  });

  it('lets a delete through although the properties cannot be read any more', async () => {
    const { answers } = await answerTo({}, event('Delete', { ResourceProperties: { Nmae: 7 } }));
    expect(answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'thing/a' }]);
  });

  it.each([
    ['what a failed create told', 'never-made'],
    ['what CloudFormation invents where a create did not answer', 'blog-Thing-1ABCDEFGHIJK'],
  ])('deletes by owner where the id is %s', async (_, PhysicalResourceId) => {
    const remove = jest.fn(base.remove);
    const { answers } = await answerTo({ remove }, event('Delete', { PhysicalResourceId }));
    expect(remove.mock.calls[0]![0]).toMatchObject({ id: undefined, owner: { stackId: STACK, logicalId: 'Thing' } });
    expect(answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId }]);
  });

  it('makes it where an update comes to what was never made', async () => {
    const { answers } = await answerTo({}, event('Update', { PhysicalResourceId: 'never-made' }));
    expect(answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'thing/a' }]);
  });

  it('answers before its time is over, and stops the work', async () => {
    let stopped: AbortSignal | undefined;
    const create: typeof base.create = ({ signal }) => {
      stopped = signal;
      return new Promise(() => {});
    };
    const { answers } = await answerTo({ create }, event('Create'), { getRemainingTimeInMillis: () => 12_000 });
    expect(answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('gave-up') }]);
    expect(stopped!.aborted).toBe(true);
  });

  it('fails in words where the attributes are more than an answer holds', async () => {
    const create: typeof base.create = async () => ({ id: 'thing/a', attributes: { Text: 'x'.repeat(5000) } });
    const { answers } = await answerTo({ create }, event('Create'));
    expect(answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('answer-too-large') }]);
  });

  it('logs neither the address of the answer nor properties nor attributes', async () => {
    const secret = { Name: 'a', Password: 'hunter2' };
    const { log } = await answerTo(
      { read: () => ({ Name: 'a' }), create: async () => ({ id: 'thing/a', attributes: { Password: 'hunter2' } }) },
      event('Create', { ResourceProperties: secret }),
    );
    expect(log).toContain('Thing');
    expect(log).not.toMatch(/hidden|hunter2/);
  });

  it.each([{}, { RequestType: 'Create' }, { RequestType: 'Drop', ResponseURL: 'https://a.example.com' }, null])(
    'refuses %j, which is no request',
    async (none) => {
      await expect(answerTo({}, none as never)).rejects.toThrow(CustomResourceError);
    },
  );
});

/** Things in the world, each made by an owner: what a service would hold. */
class World {
  readonly things = new Map<string, { readonly owner: string; readonly name: string }>();
  #made = 0;
  /** Fails before or after the next change, or hangs after it. */
  fault: 'before' | 'after' | 'hang' | undefined;

  #change(change: () => void): Promise<void> {
    const fault = this.fault;
    this.fault = undefined;
    if (fault === 'before') return Promise.reject(new Error('refused'));
    change();
    if (fault === 'after') return Promise.reject(new Error('the answer was lost'));
    return fault === 'hang' ? new Promise(() => {}) : Promise.resolve();
  }

  /** `Name` may change in place; another `Kind` is another thing. */
  readonly resource: CustomResource<{ readonly Name: string; readonly Kind: string }> = {
    read: (properties) =>
      readProperties(
        { Name: { expected: 'a name', pattern: /^[a-z]$/ }, Kind: { expected: 'a kind', pattern: /^[A-Z]$/ } },
        properties,
      ),
    owns: (id) => /^[A-Z]\/\d+$/.test(id),
    create: async ({ properties: { Name, Kind }, owner }) => {
      const id = this.#idOf(owner, Kind) ?? `${Kind}/${++this.#made}`;
      await this.#change(() => this.things.set(id, { owner: keyOf(owner), name: Name }));
      return { id };
    },
    update: async (request) => {
      const { Name, Kind } = request.properties;
      if (!request.id.startsWith(`${Kind}/`)) return this.resource.create(request);
      await this.#change(() => {
        for (const each of this.#idsOf(request.owner)) this.things.delete(each);
        this.things.set(request.id, { owner: keyOf(request.owner), name: Name });
      });
      return { id: request.id };
    },
    remove: async ({ id, owner }) => {
      const ids = id === undefined ? this.#idsOf(owner) : [id];
      await this.#change(() => {
        for (const each of ids) this.things.delete(each);
      });
    },
  };

  #idsOf(owner: Owner): string[] {
    return [...this.things].filter(([, thing]) => thing.owner === keyOf(owner)).map(([id]) => id);
  }

  #idOf(owner: Owner, kind: string): string | undefined {
    return this.#idsOf(owner).find((id) => id.startsWith(`${kind}/`));
  }
}

function keyOf({ stackId, logicalId }: Owner): string {
  return `${stackId}#${logicalId}`;
}

const properties = fc.record({ Name: fc.constantFrom('a', 'b', '!'), Kind: fc.constantFrom('A', 'B') });
const fault = fc.constantFrom(undefined, undefined, 'before' as const, 'after' as const, 'hang' as const);
const NO_FAULT = { fault: undefined, faultOfRollback: undefined, twice: false };
const step = fc.record({ properties, fault, faultOfRollback: fault, twice: fc.boolean() });

describe('over any sequence of requests', () => {
  it('each is answered once or more and always alike in id, a stack holds what it says, and a delete leaves nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const world = new World();
        const stranger = { owner: 'another stack', name: 'z' };
        world.things.set('A/0', stranger);
        const stack = new StackOfOne(world.resource, (next) => {
          world.fault = next;
        });
        for (const each of steps) {
          await stack.update(each.properties, each);
          if (stack.id !== undefined && stack.isSettled)
            expect(world.things.get(stack.id)?.name).toBe(stack.properties!.Name);
        }
        // A rollback that failed is mended before the stack is deleted: nothing tells a delete from a clean-up.
        if (!stack.isSettled) await stack.update(stack.properties!, NO_FAULT);
        await stack.delete();
        expect(stack.unanswered).toBe(0);
        expect([...world.things]).toEqual([['A/0', stranger]]);
      }),
      { numRuns: 300 },
    );
  });
});
