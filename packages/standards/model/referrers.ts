import { intrinsicOf } from '../reading/intrinsics.ts';
import type { Node } from '../reading/node.ts';
import type { Resource } from './resource.ts';
import { referenceOf, substitutedParts } from './text.ts';

/** Which resources name a logical id in their properties, in whatever branch. */
export function referrersOf(resources: Iterable<Resource>): ReadonlyMap<string, ReadonlySet<Resource>> {
  const referrers = new Map<string, Set<Resource>>();
  for (const resource of resources) {
    if (!resource.properties) continue;
    for (const target of targetsIn(resource.properties)) {
      const naming = referrers.get(target) ?? new Set();
      referrers.set(target, naming.add(resource));
    }
  }
  return referrers;
}

/** What `Ref`, `Fn::GetAtt` and `Fn::Sub` name below a node. */
function* targetsIn(node: Node): Generator<string> {
  if (node.kind === 'scalar') return;
  if (node.kind === 'list') {
    for (const item of node.items) yield* targetsIn(item);
    return;
  }
  const reference = referenceOf(node);
  if (reference) yield reference.target;
  const call = intrinsicOf(node);
  if (call?.name === 'Fn::Sub')
    for (const part of substitutedParts(call.argument))
      if (typeof part === 'object' && part.target !== undefined) yield part.target;
  for (const { value } of node.entries.values()) yield* targetsIn(value);
}
