import { Document, isCollection, type Node, Scalar, YAMLMap, YAMLSeq } from 'yaml';

/** Functions whose argument is a list. */
const LIST_FUNCTIONS = new Set(['And', 'Cidr', 'Equals', 'FindInMap', 'If', 'Join', 'Not', 'Or', 'Select', 'Split']);
/** Sections of a template, in the order in which people read them. */
const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Rules',
  'Conditions',
  'Resources',
  'Outputs',
];
/** A list of plain values up to this many characters stands on one line. */
const FLOW_LIMIT = 100;

/** A template as CloudFormation's YAML, with short intrinsic functions. Equal templates give equal bytes. */
export function toYaml(template: Readonly<Record<string, unknown>>): string {
  const document = new Document(undefined, { version: '1.1', aliasDuplicateObjects: false });
  const root = new YAMLMap();
  for (const section of [...SECTIONS, ...Object.keys(template).filter((key) => !SECTIONS.includes(key))]) {
    const value = template[section];
    if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0))
      continue;
    const pair = document.createPair(
      section,
      node(section === 'Metadata' ? value : tidy(value), section === 'Conditions'),
    );
    if (root.items.length > 1) (pair.key as Scalar).spaceBefore = true;
    root.items.push(pair);
  }
  document.contents = root as never;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Joins without a delimiter become `Fn::Sub`, which is how people write them. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]![0] === 'Fn::Join') {
    const [delimiter, parts] = entries[0]![1] as [string, unknown];
    if (delimiter === '' && Array.isArray(parts)) {
      const text = parts.map(substitution);
      if (text.every((part) => part !== undefined)) return { 'Fn::Sub': text.join('') };
    }
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, tidy(inner)]));
}

function substitution(part: unknown): string | undefined {
  if (typeof part === 'string') return part.replaceAll('${', '${!');
  const { Ref, 'Fn::GetAtt': attribute } = (part ?? {}) as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  if (typeof Ref === 'string') return `\${${Ref}}`;
  return Array.isArray(attribute) && attribute.every((name) => typeof name === 'string')
    ? `\${${attribute.join('.')}}`
    : undefined;
}

function node(value: unknown, inConditions: boolean): Node {
  if (Array.isArray(value)) return sequence(value, inConditions);
  if (value === null || typeof value !== 'object') return scalar(value);
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const short = intrinsic(entries[0]![0], entries[0]![1], inConditions);
    if (short) return short;
  }
  const map = new YAMLMap();
  for (const [key, inner] of entries) map.add({ key: new Scalar(key), value: node(inner, inConditions) });
  if (entries.length === 0) map.flow = true;
  return map;
}

/** A lone `=` is a type of its own in YAML 1.1, which parsers refuse. */
function scalar(value: unknown): Scalar {
  const made = new Scalar(value);
  if (value === '=') made.type = 'QUOTE_DOUBLE';
  return made;
}

function sequence(values: readonly unknown[], inConditions: boolean): YAMLSeq {
  const list = new YAMLSeq();
  list.items = values.map((value) => node(value, inConditions));
  const plain = list.items.every((item) => !isCollection(item) || item.flow === true);
  if (
    plain &&
    JSON.stringify(values).length <= FLOW_LIMIT &&
    (values.length === 0 || list.items.every((item) => (item as Node).tag !== undefined || item instanceof Scalar))
  )
    list.flow = values.length === 0;
  return list;
}

/** The short form, or undefined where the value is no intrinsic or YAML has no short form for it. */
function intrinsic(key: string, argument: unknown, inConditions: boolean): Node | undefined {
  if (key === 'Ref' && typeof argument === 'string') return tagged('!Ref', argument);
  if (key === 'Condition' && inConditions && typeof argument === 'string') return tagged('!Condition', argument);
  const name = /^Fn::([A-Za-z]+)$/.exec(key)?.[1];
  if (name === 'GetAtt' && Array.isArray(argument) && argument.every((part) => typeof part === 'string'))
    return tagged('!GetAtt', argument.join('.'));
  if ((name === 'Sub' || name === 'Base64' || name === 'ImportValue') && typeof argument === 'string')
    return tagged(`!${name}`, argument);
  if (name === 'Sub' && Array.isArray(argument)) return taggedList('!Sub', argument, inConditions);
  if (name && LIST_FUNCTIONS.has(name) && Array.isArray(argument))
    return taggedList(`!${name}`, argument, inConditions);
  // A short tag directly before another is no YAML: Fn::Base64 and Fn::GetAZs of a function stay long.
  return undefined;
}

function tagged(tag: string, text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.tag = tag;
  return scalar;
}

function taggedList(tag: string, argument: readonly unknown[], inConditions: boolean): YAMLSeq {
  const list = sequence(argument, inConditions);
  list.tag = tag;
  list.flow =
    list.items.every((item) => !isCollection(item) || (item as YAMLSeq).flow === true) &&
    JSON.stringify(argument).length <= FLOW_LIMIT;
  // On one line a question mark ends a plain text for parsers of YAML 1.1: `cron(0 9 ? * TUE *)`.
  if (list.flow)
    for (const item of list.items)
      if (item instanceof Scalar && typeof item.value === 'string' && item.value.includes('?'))
        item.type = Scalar.QUOTE_DOUBLE;
  return list;
}
