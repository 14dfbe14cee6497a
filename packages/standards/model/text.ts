import { attributeOf, intrinsicOf } from '../reading/intrinsics.ts';
import { entryOf, type Node } from '../reading/node.ts';

/** A piece of a text that only the stack knows: of a reference, of a dynamic reference, or of something else. */
export interface Hole {
  /** The logical id, parameter or pseudo parameter, where it is one. */
  readonly target?: string;
  readonly attribute?: string;
  /** The service of a dynamic reference: `ssm`, `ssm-secure` or `secretsmanager`. */
  readonly dynamic?: string;
}
export type Part = string | Hole;

/** A literal text; its dynamic references are holes. */
export function literalParts(text: string): Part[] {
  if (!text.includes('{{resolve:')) return [text];
  return split(text, /\{\{resolve:([a-z-]+):[^{}]*\}\}/g, ([, service]) => ({ dynamic: service! }));
}

/** What `Fn::Sub` writes. */
export function substitutedParts(argument: Node): Part[] {
  const [template, variables] = argument.kind === 'list' ? argument.items : [argument];
  if (template?.kind !== 'scalar') return [{}];
  return split(template.text, /\$\{([^{}]*)\}/g, ([, name = '']) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    const variable = entryOf(variables, name)?.value;
    if (variable) return partOf(variable);
    const [target = '', ...attribute] = name.trim().split('.');
    return { target, ...(attribute.length > 0 && { attribute: attribute.join('.') }) };
  }).flatMap((part) => (typeof part === 'string' ? literalParts(part) : [part]));
}

/** What `Fn::Join` writes; undefined where it joins what is no list here. */
export function joinedParts(argument: Node): Part[] | undefined {
  const [delimiter, list] = argument.kind === 'list' ? argument.items : [];
  if (delimiter?.kind !== 'scalar' || list?.kind !== 'list') return undefined;
  return merged(list.items.flatMap((item, index) => [...(index > 0 ? [delimiter.text] : []), ...partsOf(item)]));
}

/** A text as `Fn::Sub` would write it, to compare two; undefined where a piece is unknown. */
export function spelled(parts: readonly Part[]): string | undefined {
  let text = '';
  for (const part of parts) {
    if (typeof part === 'object' && part.target === undefined) return undefined;
    text += typeof part === 'string' ? part : `\${${[part.target, part.attribute].filter(Boolean).join('.')}}`;
  }
  return parts.length > 0 ? text : undefined;
}

/** What a reference points at; undefined where the node is none. */
export function referenceOf(node: Node): { target: string; attribute?: string } | undefined {
  const call = intrinsicOf(node);
  if (call?.name === 'Ref' && call.argument.kind === 'scalar') return { target: call.argument.text };
  if (call?.name !== 'Fn::GetAtt') return undefined;
  const argument = call.argument.kind === 'scalar' ? attributeOf(call.argument) : call.argument;
  const [target, attribute] = argument.kind === 'list' ? argument.items : [];
  if (target?.kind !== 'scalar') return undefined;
  return { target: target.text, attribute: attribute?.kind === 'scalar' ? attribute.text : '' };
}

function partsOf(node: Node): Part[] {
  if (node.kind === 'scalar') return literalParts(node.text);
  const call = intrinsicOf(node);
  if (call?.name === 'Fn::Sub') return substitutedParts(call.argument);
  if (call?.name === 'Fn::Join') return joinedParts(call.argument) ?? [{}];
  return [referenceOf(node) ?? {}];
}

function partOf(node: Node): Part {
  if (node.kind === 'scalar') return node.text;
  return referenceOf(node) ?? {};
}

function split(text: string, pattern: RegExp, part: (match: RegExpMatchArray) => Part): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), part(match));
    from = match.index + match[0].length;
  }
  return merged([...parts, text.slice(from)]);
}

/** Neighbouring texts as one; an empty text is a part only where it is alone. */
function merged(parts: readonly Part[]): Part[] {
  const result: Part[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part;
    else if (part !== '') result.push(part);
  }
  return result.length > 0 ? result : [''];
}
