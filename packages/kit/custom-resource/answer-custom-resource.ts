import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { type Answer, SENDING_MS, sendAnswer } from './answer.ts';
import { CustomResourceError } from './custom-resource-error.ts';

/** The resource in its stack: the same over its whole life, whatever its physical id. */
export interface Owner {
  readonly stackId: string;
  readonly logicalId: string;
}

export interface Request<P> {
  readonly properties: P;
  readonly owner: Owner;
  /** The same when Lambda delivers a request twice: a token for calls that take one. */
  readonly requestId: string;
  /** Ends a little before the function's time does. Every wait must heed it. */
  readonly signal: AbortSignal;
}

/** What stands now. */
export interface Made {
  /** Names the thing itself, and nothing that an update changes: another id tells CloudFormation to delete the old. */
  readonly id: string;
  /** The attributes that the template reads by `Fn::GetAtt`. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** The attributes are secret. */
  readonly secret?: boolean;
}

/**
 * A kind of custom resource: what its function does. Each of the three is safe to repeat, since Lambda may deliver a
 * request twice, and since a request that ran out of time leaves its work half done.
 */
export interface CustomResource<P> {
  /** @throws CustomResourceError `property-invalid` with every fault of the properties */
  read(properties: Readonly<Record<string, unknown>>): P;
  /** Makes it, or finds what an earlier attempt of this owner made. */
  create(request: Request<P>): Promise<Made>;
  /**
   * Changes what stands. What its owner has beside it was made by an update that failed, and goes.
   * @param id of what stands. The same in the result keeps it; another replaces it, and `remove` comes for the old one
   */
  update(request: Request<P> & { readonly id: string; readonly old: Readonly<Record<string, unknown>> }): Promise<Made>;
  /**
   * Removes what `id` names, and nothing else of its owner: after a replacement the new one stands beside it.
   * That it is gone already is success. The properties are as they are: nothing that cannot be read may keep a stack.
   * @param id undefined: the create never told; what it may have made is found by owner
   */
  remove(
    request: Omit<Request<unknown>, 'properties'> & {
      readonly id: string | undefined;
      readonly properties: Readonly<Record<string, unknown>>;
    },
  ): Promise<void>;
  /** Whether an id is one that `create` or `update` gives. Where a create did not answer, CloudFormation invents one. */
  owns(id: string): boolean;
}

export interface Effects {
  readonly send: typeof fetch;
  /** Takes what happened; never properties, attributes or the address of the answer, which may be secret. */
  readonly log: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

/** What a create that failed calls what it did not make. */
const NEVER_MADE = 'never-made';
/** Time to answer, beside the attempts to send: milliseconds. */
const RESERVE_MS = SENDING_MS + 1500;

/**
 * The handler of a function that answers a custom resource: whatever happens, CloudFormation is told, and before the
 * function's time is over. A failed update keeps the physical id, so that nothing is replaced by a failure.
 * It throws only when CloudFormation could not be told, or the event is none of its: Lambda then tries again.
 * Source: CloudFormation User Guide, "Custom resource request objects" and "Custom resource response objects".
 */
export function answerCustomResource<P>(
  resource: CustomResource<P>,
  { send, log }: Effects,
): (event: CloudFormationCustomResourceEvent, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<void> {
  return async (event, context) => {
    checkEvent(event);
    const about = { request: event.RequestType, resource: event.LogicalResourceId, id: idOf(event) };
    log('Begun', about);
    const answer = await outcomeOf(resource, event, Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS));
    try {
      await sendAnswer(event.ResponseURL, answer, send);
    } catch (error) {
      if (!(error instanceof CustomResourceError) || error.code !== 'answer-too-large') throw error;
      await sendAnswer(event.ResponseURL, failed(event, error), send);
    }
    log('Answered', { ...about, status: answer.Status, reason: answer.Reason, id: answer.PhysicalResourceId });
  };
}

async function outcomeOf<P>(
  resource: CustomResource<P>,
  event: CloudFormationCustomResourceEvent,
  timeMs: number,
): Promise<Answer> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => {
      const error = gaveUp(event, timeMs);
      refuse(error);
      stop.abort(error);
    }, timeMs);
  });
  try {
    const made = await Promise.race([act(resource, event, stop.signal), late]);
    return {
      ...identifiers(event),
      Status: 'SUCCESS',
      PhysicalResourceId: made.id,
      ...(made.secret && { NoEcho: true }),
      ...(made.attributes && { Data: made.attributes }),
    };
  } catch (error) {
    // Of any kind: whatever it is, a stack that is not told waits for an hour.
    return failed(event, error);
  } finally {
    clearTimeout(timer);
  }
}

async function act<P>(
  resource: CustomResource<P>,
  event: CloudFormationCustomResourceEvent,
  signal: AbortSignal,
): Promise<Made> {
  const properties = ownProperties(event.ResourceProperties);
  const owner = { stackId: event.StackId, logicalId: event.LogicalResourceId };
  const request = { owner, requestId: event.RequestId, signal };
  const id = idOf(event);
  if (event.RequestType === 'Delete') {
    await resource.remove({ ...request, properties, id: id !== undefined && resource.owns(id) ? id : undefined });
    return { id: id ?? NEVER_MADE };
  }
  const read = resource.read(properties);
  // An update of what never was made makes it: so a stack gets out of a failed rollback.
  if (event.RequestType === 'Create' || id === undefined || !resource.owns(id))
    return resource.create({ ...request, properties: read });
  return resource.update({ ...request, properties: read, id, old: ownProperties(event.OldResourceProperties) });
}

/** Without what CloudFormation itself reads. */
function ownProperties(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { ServiceToken: _, ServiceTimeout: __, ...own } = properties;
  return own;
}

function idOf(event: CloudFormationCustomResourceEvent): string | undefined {
  return 'PhysicalResourceId' in event ? event.PhysicalResourceId : undefined;
}

function failed(event: CloudFormationCustomResourceEvent, error: unknown): Answer {
  return {
    ...identifiers(event),
    Status: 'FAILED',
    Reason: error instanceof Error ? error.message : String(error),
    PhysicalResourceId: idOf(event) ?? NEVER_MADE,
  };
}

function identifiers(
  event: CloudFormationCustomResourceEvent,
): Pick<Answer, 'StackId' | 'RequestId' | 'LogicalResourceId'> {
  const { StackId, RequestId, LogicalResourceId } = event;
  return { StackId, RequestId, LogicalResourceId };
}

function gaveUp(event: CloudFormationCustomResourceEvent, timeMs: number): CustomResourceError {
  return new CustomResourceError({
    code: 'gave-up',
    where: event.LogicalResourceId,
    received: `no end of the ${event.RequestType} in ${Math.round(timeMs / 1000)} s`,
    expected: 'an end before the function is stopped',
    remedy: "look into the function's log, then try the stack again: it goes on where it stopped",
  });
}

function checkEvent(event: CloudFormationCustomResourceEvent): void {
  const known = ['Create', 'Update', 'Delete'].includes(event?.RequestType) && typeof event.ResponseURL === 'string';
  if (known) return;
  throw new CustomResourceError({
    code: 'event-invalid',
    where: 'event',
    received: `RequestType ${JSON.stringify(event?.RequestType)}`,
    expected: 'Create, Update or Delete with a ResponseURL: a request of CloudFormation',
    remedy: 'let nothing but custom resources invoke this function',
  });
}
