import type { Template } from '../model/template.ts';
import { type Entry, entryOf, type MapNode, type Node, type ScalarNode } from '../reading/node.ts';

/** One parameter that takes another template's output, as a template's Metadata says it. */
export interface Wire {
  readonly parameter: ScalarNode;
  /** The upstream template's name. */
  readonly from: ScalarNode | undefined;
  readonly output: ScalarNode | undefined;
  readonly grade: ScalarNode | undefined;
}

/** What a template says of itself to those who put templates together: `Metadata.BitClouded`. */
export interface Face {
  /** `category/name`. */
  readonly name: ScalarNode;
  readonly wires: readonly Wire[];
  /** The kind of each output, by its name. */
  readonly outputs: ReadonlyMap<string, Entry>;
  /** Parameter values that an upstream must have: template, then parameter. */
  readonly requires: readonly { readonly upstream: ScalarNode; readonly values: readonly Entry[] }[];
}

/** The face of a template of a catalogue; undefined where it is of none. */
export function faceOf(template: Template): Face | undefined {
  const said = entryOf(template.section('Metadata'), 'BitClouded')?.value;
  const name = entryOf(said, 'Template')?.value;
  if (name?.kind !== 'scalar') return undefined;
  return {
    name,
    wires: entriesAt(said, 'Wiring').map(({ key, value }) => ({
      parameter: key,
      from: scalarAt(value, 'From'),
      output: scalarAt(value, 'Output'),
      grade: scalarAt(value, 'Grade'),
    })),
    outputs: mapAt(said, 'Outputs')?.entries ?? new Map(),
    requires: entriesAt(said, 'Requires').map(({ key, value }) => ({
      upstream: key,
      values: value.kind === 'map' ? [...value.entries.values()] : [],
    })),
  };
}

function mapAt(node: Node | undefined, key: string): MapNode | undefined {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'map' ? value : undefined;
}

function entriesAt(node: Node | undefined, key: string): Entry[] {
  return [...(mapAt(node, key)?.entries.values() ?? [])];
}

function scalarAt(node: Node, key: string): ScalarNode | undefined {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'scalar' ? value : undefined;
}
