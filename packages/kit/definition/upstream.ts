import type { Outputs } from './output.ts';

/** A template as others see it: its name and its outputs. The parameters stay inside, so that types do not nest. */
export interface Template<O extends Outputs = Outputs> {
  readonly name: string;
  readonly summary: string;
  readonly outputs: O;
}
