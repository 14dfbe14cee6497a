import type { Capability } from '@aws-sdk/client-cloudformation';

/** A stack as it should be. */
export interface StackRequest {
  readonly name: string;
  /** The template's text (at most 51,200 bytes), or its address in S3. */
  readonly template: { readonly body: string } | { readonly url: string };
  /** Values by name. A parameter that stands neither here nor in `keep` takes its default, in an update too. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Parameters that keep the value that the stack has; a new stack takes their defaults. */
  readonly keep?: readonly string[];
  /** Tags of the stack, which CloudFormation gives to what the stack makes. Left out: they stay as they are. */
  readonly tags?: Readonly<Record<string, string>>;
  /** What the template is allowed to do to the account's permissions; see `requiredCapabilities`. */
  readonly capabilities?: readonly Capability[];
  /** The role that CloudFormation works with, instead of the caller's permissions. */
  readonly roleArn?: string;
  /** Whether deleting the stack is refused. Left out: as it is. */
  readonly terminationProtection?: boolean;
  /** Delete a stack whose creation was rolled back and of which nothing remains, and create it again. */
  readonly replaceFailedCreation?: boolean;
}
