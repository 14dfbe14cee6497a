/** One event of a stack, as CloudFormation recorded it. */
export interface StackEvent {
  readonly id: string;
  /** The stack's name. */
  readonly stack: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** Of the stack's own events, the stack's id. */
  readonly physicalId: string;
  readonly resourceType: string;
  /** Such as `CREATE_IN_PROGRESS`. */
  readonly status: string;
  readonly reason: string | undefined;
  /** By the service's clock. */
  readonly at: Date;
}

/** What planning and deploying tell while they work. */
export type ProvisionEvent =
  | { readonly type: 'stack-event'; readonly region: string; readonly event: StackEvent }
  /** Somebody else's operation is under way: it is waited for. */
  | { readonly type: 'stack-busy'; readonly region: string; readonly stack: string; readonly status: string }
  /** A stack that never came to be is deleted, as the request allows. */
  | { readonly type: 'failed-creation-deleted'; readonly region: string; readonly stack: string }
  /** The wait was given up; the stack goes on by itself. */
  | { readonly type: 'stack-left-running'; readonly region: string; readonly stack: string }
  /** The update is taken back, because the wait was given up. */
  | { readonly type: 'update-cancelling'; readonly region: string; readonly stack: string };

/** Takes the events. It must not throw. */
export type EmitProvision = (event: ProvisionEvent) => void;
