import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { Answer } from '../answer.ts';
import { answerCustomResource, type CustomResource } from '../answer-custom-resource.ts';

type Fault = 'before' | 'after' | 'hang' | undefined;
interface Properties {
  readonly Name: string;
  readonly Kind: string;
}

export interface Step {
  readonly fault: Fault;
  readonly faultOfRollback: Fault;
  /** Lambda delivers each request of the step a second time, after the first. */
  readonly twice: boolean;
}

/**
 * A stack of one custom resource, as CloudFormation goes about it: creates, updates, cleans up after a replacement,
 * rolls back what failed, and deletes, tried again until it succeeds.
 * Source: CloudFormation User Guide, "Custom resource request types".
 */
export class StackOfOne<P> {
  /** Undefined: there is no resource. */
  id: string | undefined;
  properties: Properties | undefined;
  /** Whether the last update or its rollback went through, so that the stack's word on the resource can be believed. */
  isSettled = true;
  /** Requests that nobody answered. */
  unanswered = 0;
  readonly #handle: ReturnType<typeof answerCustomResource>;
  readonly #arm: (fault: Fault) => void;
  #answers: Answer[] = [];
  #requests = 0;

  constructor(resource: CustomResource<P>, arm: (fault: Fault) => void) {
    this.#arm = arm;
    this.#handle = answerCustomResource(resource, {
      send: async (_, request) => {
        this.#answers.push(JSON.parse(Buffer.from(request!.body as Uint8Array).toString()) as Answer);
        return new Response();
      },
      log: () => {},
    });
  }

  async update(properties: Properties, { fault, faultOfRollback, twice }: Step): Promise<void> {
    if (this.id === undefined) {
      const made = await this.#request('Create', properties, { fault, twice });
      if (made.Status === 'SUCCESS') this.#stands(made, properties);
      else await this.#untilGone(made.PhysicalResourceId, properties);
      this.isSettled = true;
      return;
    }
    const before = { id: this.id, properties: this.properties! };
    const changed = await this.#request('Update', properties, { fault, twice, ...before });
    if (changed.Status === 'SUCCESS') {
      this.#stands(changed, properties);
      if (changed.PhysicalResourceId !== before.id) await this.#untilGone(before.id, before.properties);
      this.isSettled = true;
      return;
    }
    // Back to the old properties, which may fail too: the stack then waits for the next update.
    const back = await this.#request('Update', before.properties, {
      fault: faultOfRollback,
      twice,
      id: before.id,
      properties,
    });
    this.isSettled = back.Status === 'SUCCESS';
  }

  async delete(): Promise<void> {
    if (this.id !== undefined) await this.#untilGone(this.id, this.properties!);
  }

  #stands(made: Answer, properties: Properties): void {
    this.id = made.PhysicalResourceId;
    this.properties = properties;
  }

  async #untilGone(id: string, properties: Properties): Promise<void> {
    for (const fault of ['after', undefined] as const) {
      const gone = await this.#request('Delete', properties, { fault, twice: true, id });
      if (gone.Status === 'SUCCESS') break;
    }
    if (this.id === id) this.id = undefined;
  }

  async #request(
    RequestType: 'Create' | 'Update' | 'Delete',
    properties: Properties,
    of: { fault: Fault; twice: boolean; id?: string; properties?: Properties },
  ): Promise<Answer> {
    const request = {
      RequestType,
      ResponseURL: 'https://answers.example.com/',
      StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/blog/1',
      RequestId: `r-${++this.#requests}`,
      LogicalResourceId: 'Thing',
      ResourceProperties: { ServiceToken: 'x', ...properties },
      ...(of.id !== undefined && { PhysicalResourceId: of.id }),
      ...(of.properties && { OldResourceProperties: { ServiceToken: 'x', ...of.properties } }),
    } as unknown as CloudFormationCustomResourceEvent;
    this.#answers = [];
    this.#arm(of.fault);
    // The work's time is what is left after the reserve: here a few milliseconds.
    await this.#handle(request, { getRemainingTimeInMillis: () => (of.fault === 'hang' ? 11_260 : 60_000) });
    this.#arm(undefined);
    const first = this.#answers[0];
    if (of.twice) await this.#handle(request, { getRemainingTimeInMillis: () => 60_000 });
    if (!first) {
      this.unanswered++;
      throw new Error('no answer');
    }
    return first;
  }
}
