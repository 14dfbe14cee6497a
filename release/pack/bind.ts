import { bucketOf, type Fault, type Host, keyOf } from '@bitclouded/documents';
import { type Document, isMap, isScalar, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { bindMachines, type MachinesOfHost, mayHaveMachines } from './bind-machines.ts';
import { notYaml } from './not-yaml.ts';
import { sectionsOf } from './template-sections.ts';

/** What a release has of its own, by name. */
export interface Artifacts {
  /** SHA-256 of each function's zip. */
  readonly functions: ReadonlyMap<string, string>;
  /** Each image's reference on the host. */
  readonly images: ReadonlyMap<string, string>;
  /** The host's AMIs of each machine image that is locked. */
  readonly machines?: ReadonlyMap<string, MachinesOfHost>;
}

/** CloudFormation's limit for a template in S3, in bytes. Source: CloudFormation User Guide, "Quotas". */
const TEMPLATE_LIMIT_BYTES = 1_000_000;
const MAPPING = 'Artifacts';
const RULE = 'PublishedRegion';

/**
 * Fills a template's `Artifacts` mapping for a host: the key of each function, the reference of each image, and
 * for functions the bucket of each region, with a Rule that refuses every other region; and the mappings of machine
 * images. A bound template may be bound again, to another host. A template without artifacts comes back as it is.
 *
 * Scalars are read as plain strings, so that what YAML thinks of `yes`, `012` or a date changes nothing.
 * @param where how messages name the template
 * @throws ReleaseError `template-not-yaml`, `artifact-unknown` with every unknown name, `template-too-large`
 */
export function bind(text: string, host: Host, artifacts: Artifacts, where = 'the template'): string {
  if (!text.includes(MAPPING) && !mayHaveMachines(text)) return text;
  const whole = (part: string): string => bindPart(part, host, artifacts, where);
  const bound = bindSections(text, whole) ?? whole(text);
  checkSize(bound, where);
  return bound;
}

/**
 * Binds the two sections that binding changes, and leaves every other character alone: a large template takes
 * a hundredth of the time.
 * @returns undefined where the sections cannot be told apart
 */
function bindSections(text: string, bindText: (part: string) => string): string | undefined {
  const sections = sectionsOf(text);
  if (sections === undefined) return undefined;
  const [mappings, rules] = [sections.get('Mappings'), sections.get('Rules')];
  if (mappings === undefined) return text;
  const part = text.slice(mappings.start, mappings.end) + (rules ? text.slice(rules.start, rules.end) : '');
  // An alias's anchor may stand in another section.
  if (/[*&]/.test(part)) return undefined;
  const bound = bindText(part);
  const boundSections = sectionsOf(bound);
  const newMappings = boundSections?.get('Mappings');
  const newRules = boundSections?.get('Rules');
  if (!newMappings) return undefined;
  const mappingsText = bound.slice(newMappings.start, newMappings.end);
  const rulesText = newRules ? bound.slice(newRules.start, newRules.end) : '';
  if (rules === undefined) {
    const blankLine = rulesText !== '' && text.slice(0, mappings.start).endsWith('\n\n') ? '\n' : '';
    return text.slice(0, mappings.start) + mappingsText + blankLine + rulesText + text.slice(mappings.end);
  }
  const edits = [
    { ...mappings, text: mappingsText },
    { ...rules, text: rulesText },
  ].sort((a, b) => b.start - a.start);
  return edits.reduce((whole, edit) => whole.slice(0, edit.start) + edit.text + whole.slice(edit.end), text);
}

/** Binds a template, or the sections of one. */
function bindPart(text: string, host: Host, artifacts: Artifacts, where: string): string {
  const document = parseDocument(text, { schema: 'failsafe', logLevel: 'silent' });
  if (document.errors.length > 0) throw notYaml(where, document.errors[0]!.message);
  bindMachines(document, artifacts.machines ?? new Map());
  const mapping = document.getIn(['Mappings', MAPPING]);
  if (isMap(mapping)) bindArtifacts(document, mapping, host, artifacts, where);
  else if (!mayHaveMachines(text)) return text;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function bindArtifacts(
  document: Document.Parsed,
  mapping: YAMLMap,
  host: Host,
  artifacts: Artifacts,
  where: string,
): void {
  const faults: Fault<ReleaseErrorCode>[] = [];
  let functions = 0;
  for (const { entry, kind, name } of artifactEntries(mapping)) {
    if (kind === 'function') functions++;
    const address = addressOf(kind, name, artifacts);
    if (address === undefined) faults.push(unknown(where, kind, name, artifacts));
    else entry.value = document.createNode(address);
  }
  if (faults.length > 0) throw new ReleaseError(faults);
  removeBuckets(mapping);
  if (functions > 0) {
    for (const region of host.regions) setBucket(document, mapping, region, bucketOf(host, region));
    setRule(document, host);
  }
}

interface Entry {
  readonly entry: Pair;
  readonly kind: 'function' | 'image';
  readonly name: string;
}

/** `log-governor: { Key: … }` and `aws-util: { Image: … }`. */
function artifactEntries(mapping: YAMLMap): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { key: first, value: attributes } of mapping.items)
    for (const entry of isMap(attributes) ? attributes.items : []) {
      const attribute = textOf(entry.key);
      if (attribute === 'Key') entries.push({ entry, kind: 'function', name: textOf(first) });
      if (attribute === 'Image') entries.push({ entry, kind: 'image', name: textOf(first) });
    }
  return entries;
}

function addressOf(kind: Entry['kind'], name: string, { functions, images }: Artifacts): string | undefined {
  if (kind === 'image') return images.get(name);
  const sha256 = functions.get(name);
  return sha256 === undefined ? undefined : keyOf.lambda(name, sha256);
}

/** Takes away the regions of the host that it was bound to before. */
function removeBuckets(mapping: YAMLMap): void {
  for (const { key, value } of [...mapping.items])
    if (isMap(value) && value.delete('Bucket') && value.items.length === 0) mapping.delete(key);
}

/** A function may bear the name of a region: their attributes stand side by side. */
function setBucket(document: Document.Parsed, mapping: YAMLMap, region: string, bucket: string): void {
  const row = mapping.get(region);
  if (isMap(row)) row.set('Bucket', document.createNode(bucket));
  else mapping.add(document.createPair(region, { Bucket: bucket }));
}

function setRule(document: Document.Parsed, host: Host): void {
  const region = document.createNode('AWS::Region') as Scalar;
  region.tag = '!Ref';
  const rule = document.createPair(RULE, {
    Assertions: [
      {
        Assert: { 'Fn::Contains': [host.regions, region] },
        AssertDescription: `Its functions are published to ${host.regions.join(', ')} alone.`,
      },
    ],
  });
  const rules = document.get('Rules');
  if (isMap(rules)) {
    rules.delete(RULE);
    rules.add(rule);
    return;
  }
  const root = document.contents as unknown as YAMLMap;
  const after = root.items.findIndex((pair) => textOf(pair.key) === 'Mappings');
  const section = document.createPair('Rules', new Map([[rule.key, rule.value]]));
  const neighbour = root.items[after]!.key as Scalar;
  (section.key as Scalar).spaceBefore = neighbour.spaceBefore ?? false;
  root.items.splice(after + 1, 0, section as never);
}

function textOf(node: unknown): string {
  return isScalar(node) ? String(node.value) : '';
}

function unknown(
  where: string,
  kind: Entry['kind'],
  name: string,
  { functions, images }: Artifacts,
): Fault<ReleaseErrorCode> {
  const known = [...(kind === 'function' ? functions : images).keys()];
  return {
    code: 'artifact-unknown',
    where,
    received: `${kind} ${name}`,
    expected: known.length > 0 ? `one of the release: ${known.join(', ')}` : `no ${kind}: the release has none`,
    remedy: `build ${name} with the rest, or take it out of the template`,
  };
}

function checkSize(text: string, where: string): void {
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes <= TEMPLATE_LIMIT_BYTES) return;
  throw new ReleaseError({
    code: 'template-too-large',
    where,
    received: `${sizeBytes} bytes when bound`,
    expected: `at most ${TEMPLATE_LIMIT_BYTES} bytes`,
    remedy: 'split the template',
  });
}
