import type { PlannedChange } from './planned-changes.ts';

/** A stack's outputs by name. */
export type StackOutputs = Readonly<Record<string, string>>;

/** What would happen to one stack. It holds for the stack as it was when it was planned. */
export interface StackPlan {
  readonly stack: string;
  readonly region: string;
  readonly stackId: string;
  readonly action: 'create' | 'update' | 'nothing';
  /** The change set that waits to be executed; absent where there is nothing to do. */
  readonly changeSetId: string | undefined;
  /** Makes a repeated execution of this plan the same operation. */
  readonly clientRequestToken: string;
  readonly changes: readonly PlannedChange[];
  /** Planning made the stack, which has nothing in it yet; `discardPlan` takes it away. */
  readonly madeStack: boolean;
  /** What termination protection will be set to; undefined: it stays. */
  readonly terminationProtection: boolean | undefined;
  /** As they are before the plan is executed; empty for a stack that is not there yet. */
  readonly outputs: StackOutputs;
}
