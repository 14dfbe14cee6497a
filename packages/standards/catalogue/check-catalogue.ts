import type { StandardFacts } from '../finding.ts';
import type { Template } from '../model/template.ts';
import type { ScalarNode } from '../reading/node.ts';
import type { Found } from '../standard.ts';
import { mayTake } from './parameter-types.ts';
import { type Face, faceOf, type Wire } from './wiring.ts';

/** What is said of the templates together; each alone is held to `wiring-fits`. */
export const catalogueStandard: StandardFacts = {
  name: 'catalogue',
  number: 52,
  title: 'What a template takes, another gives, of the right kind and without a circle',
  why: 'A wire to nothing, or in a circle, leaves an environment that can be planned by nobody.',
  remedy: 'Correct the wiring, or rename the output; names of outputs are unique in the catalogue',
  source: 'BitClouded, docs/standards',
  peers: 'none: the Metadata is of this catalogue',
  audience: 'house',
  severity: 'error',
  examples: { good: [], bad: [] },
};

export interface CatalogueOptions {
  /** Whether the templates are all that there are: then a wire to another one leads to nothing. The default. */
  readonly isWhole?: boolean;
}

/** One thing that is wrong among several templates, and the template in which it is pointed at. */
export interface CatalogueFound {
  readonly template: Template;
  readonly found: Found;
}

interface Member {
  readonly template: Template;
  readonly face: Face;
}

/**
 * Holds templates that are to be wired to each other against each other: names are unique, every wire leads to an
 * output of a kind that its parameter takes, what one requires another can have, and no wires form a circle.
 * Templates without `Metadata.BitClouded` are of no catalogue and left alone.
 */
export function checkCatalogue(
  templates: readonly Template[],
  { isWhole = true }: CatalogueOptions = {},
): CatalogueFound[] {
  const members = templates
    .flatMap((template) => {
      const face = faceOf(template);
      return face ? [{ template, face }] : [];
    })
    .sort((one, other) => compare(one.face.name.text, other.face.name.text));
  const byName = new Map<string, Member>();
  for (const member of members) if (!byName.has(member.face.name.text)) byName.set(member.face.name.text, member);
  return [
    ...sharedNames(members, byName),
    ...sharedOutputs(byName),
    ...members.flatMap((member) => [
      ...wrongWires(member, byName, isWhole),
      ...wrongRequirements(member, byName, isWhole),
    ]),
    ...circles(byName),
  ];
}

function* sharedNames(members: readonly Member[], byName: ReadonlyMap<string, Member>): Generator<CatalogueFound> {
  for (const member of members) {
    const { name } = member.face;
    const first = byName.get(name.text)!;
    if (first !== member) yield at(member, name, `${name.text} is also what ${first.template.source.file} is called`);
  }
}

function* sharedOutputs(byName: ReadonlyMap<string, Member>): Generator<CatalogueFound> {
  const owners = new Map<string, string>();
  for (const [name, member] of byName)
    for (const [output, { key }] of member.face.outputs) {
      const owner = owners.get(output);
      if (owner === undefined) owners.set(output, name);
      else yield at(member, key, `${output} is also an output of ${owner}`);
    }
}

function* wrongWires(member: Member, byName: ReadonlyMap<string, Member>, isWhole: boolean): Generator<CatalogueFound> {
  for (const { parameter, from, output } of member.face.wires) {
    if (!from || !output) continue;
    const upstream = byName.get(from.text);
    const kind = upstream?.face.outputs.get(output.text)?.value;
    const type = member.template.parameters.get(parameter.text)?.type;
    if (!upstream) {
      if (isWhole) yield at(member, from, `No template is called ${from.text}`);
    } else if (!kind) yield at(member, output, `${from.text} has no output ${output.text}`);
    else if (kind.kind === 'scalar' && type !== undefined && !mayTake(type, kind.text))
      yield at(member, parameter, `${parameter.text} is of type ${type}, which takes no ${kind.text}`);
  }
}

function* wrongRequirements(
  member: Member,
  byName: ReadonlyMap<string, Member>,
  isWhole: boolean,
): Generator<CatalogueFound> {
  for (const { upstream, values } of member.face.requires) {
    const required = byName.get(upstream.text)?.template;
    if (!required) {
      if (isWhole) yield at(member, upstream, `No template is called ${upstream.text}`);
      continue;
    }
    for (const { key, value } of values) {
      const parameter = required.parameters.get(key.text);
      const text = value.kind === 'scalar' ? value.text : undefined;
      if (!parameter) yield at(member, key, `${upstream.text} has no parameter ${key.text}`);
      else if (text === undefined || parameter.allowedValues?.includes(text) === false)
        yield at(member, key, `${key.text} of ${upstream.text} is never ${text ?? 'a list or map'}`);
    }
  }
}

/** Each circle once, at the wire that leaves the first of its templates in the order of their names. */
function* circles(byName: ReadonlyMap<string, Member>): Generator<CatalogueFound> {
  const told = new Set<string>();
  for (const [name, member] of byName) {
    if (told.has(name)) continue;
    const path = shortestCircle(name, byName);
    const next = path?.[1];
    if (!path || next === undefined) continue;
    for (const passed of path) told.add(passed);
    const wire = member.face.wires.find(({ from }) => from?.text === next)!;
    yield at(member, wire.from!, `The wiring goes in a circle: ${path.join(' needs ')}`);
  }
}

/** From a template over what it takes from back to itself; undefined where there is no way. One template is no circle. */
function shortestCircle(start: string, byName: ReadonlyMap<string, Member>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const open = [start];
  for (const name of open)
    for (const upstream of upstreamsOf(byName.get(name)!.face.wires)) {
      if (upstream === start && name !== start) return [...wayTo(name, cameFrom), start];
      if (!byName.has(upstream) || upstream === start || cameFrom.has(upstream)) continue;
      cameFrom.set(upstream, name);
      open.push(upstream);
    }
  return undefined;
}

function wayTo(name: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way: string[] = [];
  for (let passed: string | undefined = name; passed !== undefined; passed = cameFrom.get(passed)) way.unshift(passed);
  return way;
}

function upstreamsOf(wires: readonly Wire[]): string[] {
  return [...new Set(wires.flatMap(({ from }) => from?.text ?? []))].sort(compare);
}

function at({ template }: Member, place: ScalarNode, message: string): CatalogueFound {
  return { template, found: { at: { place }, message } };
}

/** In the order of code units, on every machine. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
