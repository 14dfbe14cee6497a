import type { ImageLock } from '@bitclouded/documents';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { type Document, isMap, isScalar, isSeq, type Scalar, type YAMLMap } from 'yaml';

/** A host's AMIs of one image: region → architecture → AMI. */
export type MachinesOfHost = NonNullable<ImageLock['machines']>[string];

/** As the kit names the mapping of a machine image, and the rule that belongs to it. */
const MAPPING = /^Machine([A-Z].*)$/;
const KEYS = { arm64: 'Arm64', x86_64: 'X8664' } as const;

/** Whether a template may have machine images: a look at its text, before it is parsed. */
export function mayHaveMachines(text: string): boolean {
  return /^ *Machine[A-Z]\w*:/m.test(text);
}

/** What stands where the host has no AMI: of an AMI's form, as its property wants it, and none that there is. */
const NO_AMI = 'ami-00000000000000000';
/** Every region that is known, of all partitions. */
const REGIONS = RegionInfo.regions.map(({ name }) => name);

/**
 * Fills the mappings of machine images: AMIs for each region of the host, and the rule that lets no stack into another
 * region without an image of its own. Of an image that the host has not, the rule asks for one everywhere. Other
 * regions have a row too, without an AMI that there is: CloudFormation looks up what a stack with its own image, or
 * without machines, never uses. The row that names the image stays, so that a bound template may be bound again.
 */
export function bindMachines(document: Document.Parsed, machines: ReadonlyMap<string, MachinesOfHost>): void {
  const mappings = document.get('Mappings');
  if (!isMap(mappings)) return;
  for (const { key, value } of mappings.items) {
    const subject = MAPPING.exec(textOf(key))?.[1];
    if (subject === undefined || !isMap(value)) continue;
    const name = textOf(value.items[0]?.key);
    for (const row of value.items.slice(1)) value.delete(row.key);
    const hosted = machines.get(name) ?? {};
    const regions = Object.keys(hosted);
    const keys = Object.keys((value.toJSON() as Record<string, object>)[name]!);
    const none = Object.fromEntries(keys.map((key) => [key, NO_AMI]));
    for (const region of [...new Set([...REGIONS, ...regions])].sort())
      value.add(document.createPair(region, region in hosted ? byKey(hosted[region]!) : none));
    setRule(document, `Published${subject}`, name, regions);
  }
}

function byKey(amis: MachinesOfHost[string]): Record<string, string> {
  const pairs = Object.entries(amis).map(([architecture, ami]) => [KEYS[architecture as keyof typeof KEYS], ami]);
  return Object.fromEntries(pairs.sort(([one], [other]) => (one! < other! ? -1 : 1)));
}

/** An image of one's own, as the kit writes it, or one of the host's regions. */
function setRule(document: Document.Parsed, id: string, name: string, regions: readonly string[]): void {
  const assertion = document.getIn(['Rules', id, 'Assertions', 0]);
  if (!isMap(assertion)) return;
  const own = ownImage(assertion);
  const where = regions.length > 0 ? `to ${regions.join(', ')} alone` : 'to this region';
  assertion.set('AssertDescription', document.createNode(describe(name, where, regions.length > 0)));
  if (regions.length === 0) {
    assertion.set('Assert', own);
    return;
  }
  const region = document.createNode('AWS::Region') as Scalar;
  region.tag = '!Ref';
  const either = document.createNode({ 'Fn::Or': [{ 'Fn::Contains': [regions, region] }] }) as YAMLMap;
  const parts = either.get('Fn::Or');
  if (isSeq(parts)) parts.add(own);
  assertion.set('Assert', either);
}

function describe(name: string, where: string, isPublished: boolean): string {
  return isPublished
    ? `${name} is published ${where}: elsewhere give an image of your own.`
    : `${name} is not published ${where}: give an image of your own.`;
}

/** What the kit wrote: the whole assertion, or the last part of a bound one. */
function ownImage(assertion: YAMLMap): unknown {
  const now = assertion.get('Assert', true);
  const parts = isMap(now) ? now.get('Fn::Or') : undefined;
  return isSeq(parts) ? parts.items.at(-1) : now;
}

function textOf(node: unknown): string {
  return isScalar(node) ? String(node.value) : '';
}
