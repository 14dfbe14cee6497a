import type { Fault, InterfaceParameter, TemplateInterface, WiringGrade } from '@bitclouded/documents';
import { ProvisionError, type ProvisionErrorCode } from '../provision-error.ts';

/** A parameter that takes another template's output. */
export interface Input {
  readonly parameter: string;
  readonly from: string;
  readonly output: string;
  readonly grade: WiringGrade;
}

/** One stack of a closure. */
export interface Need {
  readonly template: string;
  readonly summary: string;
  /** Stacks of one wave need nothing of each other; 1 is the first. */
  readonly wave: number;
  readonly inputs: readonly Input[];
  /** Parameters that have no default and no source: whoever deploys must say them. */
  readonly asks: readonly { readonly parameter: string; readonly description: string }[];
  /** Values that its consumers ask of its parameters, such as an engine. */
  readonly set: Readonly<Record<string, string>>;
}

export interface ClosureOptions {
  /** Leaves out what is recommended and not required. */
  readonly minimal?: boolean;
}

/**
 * All that a template needs, in the order of need: what it takes, what that takes, and so on. What stands in the
 * closure is wired wherever it fits, also to what only recommends it or takes it if asked.
 * @param catalogue every template that may be needed, by name
 * @throws ProvisionError `template-unknown`, `wiring-circular`, `requirement-differs`, each with all of its kind
 */
export function closureOf(
  root: string,
  catalogue: ReadonlyMap<string, TemplateInterface>,
  { minimal = false }: ClosureOptions = {},
): readonly Need[] {
  const members = membersOf(root, catalogue, minimal);
  const inputs = new Map([...members].map(([name, member]) => [name, inputsOf(member, members)]));
  const waves = wavesOf(inputs);
  const wanted = valuesWanted(members);
  return [...members.values()]
    .map((member) => ({
      template: member.name,
      summary: member.summary,
      wave: waves.get(member.name)!,
      inputs: inputs.get(member.name)!,
      asks: asksOf(member, inputs.get(member.name)!, wanted.get(member.name) ?? {}),
      set: wanted.get(member.name) ?? {},
    }))
    .sort((one, other) => one.wave - other.wave || compare(one.template, other.template));
}

function membersOf(
  root: string,
  catalogue: ReadonlyMap<string, TemplateInterface>,
  minimal: boolean,
): ReadonlyMap<string, TemplateInterface> {
  const members = new Map<string, TemplateInterface>();
  const faults: Fault<ProvisionErrorCode>[] = [];
  const pending = [{ name: root, wantedBy: 'the command' }];
  for (const { name, wantedBy } of pending) {
    if (members.has(name)) continue;
    const template = catalogue.get(name);
    if (!template) {
      faults.push(unknown(name, wantedBy, catalogue));
      continue;
    }
    members.set(name, template);
    for (const { wiring } of template.parameters)
      if (wiring?.grade === 'required' || (wiring?.grade === 'recommended' && !minimal))
        pending.push({ name: wiring.template, wantedBy: name });
  }
  if (faults.length > 0) throw new ProvisionError(faults);
  return members;
}

function unknown(
  name: string,
  wantedBy: string,
  catalogue: ReadonlyMap<string, TemplateInterface>,
): Fault<ProvisionErrorCode> {
  const last = name.slice(name.lastIndexOf('/') + 1);
  const alike = [...catalogue.keys()].filter((known) => known.endsWith(`/${last}`) || known.includes(last)).sort();
  return {
    code: 'template-unknown',
    where: wantedBy,
    received: name,
    expected: alike.length > 0 ? `such as ${alike.join(', ')}` : `one of ${[...catalogue.keys()].sort().join(', ')}`,
    remedy: 'correct the name: <category>/<name>',
  };
}

function inputsOf(
  { parameters }: TemplateInterface,
  members: ReadonlyMap<string, TemplateInterface>,
): readonly Input[] {
  return parameters.flatMap(({ name, wiring }) =>
    wiring && members.has(wiring.template)
      ? [{ parameter: name, from: wiring.template, output: wiring.output, grade: wiring.grade }]
      : [],
  );
}

/** The wave of each: one after the last of what it takes. */
function wavesOf(inputs: ReadonlyMap<string, readonly Input[]>): ReadonlyMap<string, number> {
  const waves = new Map<string, number>();
  let rest = [...inputs.keys()];
  for (let wave = 1; rest.length > 0; wave++) {
    const ready = rest.filter((name) => inputs.get(name)!.every(({ from }) => waves.has(from)));
    if (ready.length === 0) throw circular(rest, inputs);
    for (const name of ready) waves.set(name, wave);
    rest = rest.filter((name) => !waves.has(name));
  }
  return waves;
}

/** Of what waits for each other, one circle: whoever follows what is missing comes round. */
function circular(rest: readonly string[], inputs: ReadonlyMap<string, readonly Input[]>): ProvisionError {
  const path: string[] = [];
  let name = rest[0]!;
  while (!path.includes(name)) {
    path.push(name);
    name = inputs.get(name)!.find(({ from }) => rest.includes(from))!.from;
  }
  const circle = [...path.slice(path.indexOf(name)), name];
  return new ProvisionError({
    code: 'wiring-circular',
    where: name,
    received: circle.join(' needs '),
    expected: 'templates that can be deployed one after the other',
    remedy: 'take one of these wires away',
  });
}

function valuesWanted(
  members: ReadonlyMap<string, TemplateInterface>,
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const wanted = new Map<string, Record<string, string>>();
  const faults: Fault<ProvisionErrorCode>[] = [];
  for (const { name, requires } of members.values())
    for (const [upstream, values] of Object.entries(requires))
      for (const [parameter, value] of Object.entries(values)) {
        const others = wanted.get(upstream) ?? {};
        if (Object.hasOwn(others, parameter) && others[parameter] !== value)
          faults.push({
            code: 'requirement-differs',
            where: name,
            received: `${parameter} ${value} of ${upstream}`,
            expected: `${parameter} ${others[parameter]}, as another template asks`,
            remedy: `give each an ${upstream} of its own`,
          });
        wanted.set(upstream, { ...others, [parameter]: value });
      }
  if (faults.length > 0) throw new ProvisionError(faults);
  return wanted;
}

function asksOf(
  { parameters }: TemplateInterface,
  inputs: readonly Input[],
  set: Readonly<Record<string, string>>,
): Need['asks'] {
  const isWired = (name: string): boolean => inputs.some(({ parameter }) => parameter === name);
  const isAsked = ({ name, default: preset }: InterfaceParameter): boolean =>
    preset === undefined && !isWired(name) && !Object.hasOwn(set, name);
  return parameters.filter(isAsked).map(({ name, description }) => ({ parameter: name, description }));
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
