import type { ValueKind } from '@bitclouded/documents';

/** One output of a template. It exists always; `E`: whether it is '' in some stacks. */
export interface Output<K extends ValueKind = ValueKind, E extends boolean = boolean> {
  readonly kind: K;
  readonly description: string;
  readonly mayBeEmpty: E;
}
export type Outputs = Readonly<Record<string, Output>>;

/** Kinds that make no sense as an output: a secret is never shown, a flag is a condition of one template. */
type OutputKind = Exclude<ValueKind, 'secret' | 'flag'>;

interface Declare<K extends ValueKind> {
  (description: string): Output<K, false>;
  /** '' in stacks that lack it: who takes it must say what happens then. */
  orEmpty(description: string): Output<K, true>;
}

const declare = <K extends ValueKind>(kind: K): Declare<K> =>
  Object.assign((description: string): Output<K, false> => ({ kind, description, mayBeEmpty: false }), {
    orEmpty: (description: string): Output<K, true> => ({ kind, description, mayBeEmpty: true }),
  });

/** `output.vpcId('The VPC')`; `output.streamArn.orEmpty('…')` where some stacks lack it. */
export const output = new Proxy({} as { readonly [K in OutputKind]: Declare<K> }, {
  get: (_, kind: OutputKind) => declare(kind),
});
