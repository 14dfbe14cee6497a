import type { InterfaceParameter, TemplateInterface } from '@bitclouded/documents';
import { valuesOf } from './parameter-values.ts';

/** The outputs of the stacks that stand, by template. */
export type StandingOutputs = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * Own parameters at their defaults, or as other templates of the catalogue ask of it; wires from the stacks that
 * stand, or of these only those that must be.
 */
export function stackParameters(
  template: TemplateInterface,
  wires: 'all' | 'required',
  outputs: StandingOutputs,
  catalogue: readonly TemplateInterface[],
): Record<string, string> {
  const asked: Record<string, string> = Object.assign({}, ...catalogue.map(({ requires }) => requires[template.name]));
  return Object.fromEntries(
    template.parameters.flatMap((parameter): [string, string][] => {
      const value = asked[parameter.name];
      if (value !== undefined) return [[parameter.name, value]];
      if (parameter.wiring) {
        const { template: upstream, output, grade } = parameter.wiring;
        const value = outputs.get(upstream)?.[output];
        return value !== undefined && (wires === 'all' || grade === 'required') ? [[parameter.name, value]] : [];
      }
      // In the zone that they share, each has a name of its own.
      if (parameter.name === 'Subdomain' && wires === 'all') return [[parameter.name, template.name.split('/')[1]!]];
      return parameter.default === undefined ? [[parameter.name, valueFor(template, parameter)]] : [];
    }),
  );
}

/** Zones of one template must differ, so the nth parameter of a kind takes the nth value. */
function valueFor(template: TemplateInterface, parameter: InterfaceParameter): string {
  // The buckets of all regions have one prefix; here one region takes them all.
  if (parameter.kind === 'bucketNamePrefix') return template.name.split('/')[1]!;
  const ofKind = template.parameters.filter(({ kind, wiring }) => kind === parameter.kind && !wiring);
  const values = valuesOf(parameter);
  return values[ofKind.indexOf(parameter) % values.length]!;
}

/** What a parameter may be changed to. Zones of one template must differ. */
export function otherValues(
  template: TemplateInterface,
  base: Readonly<Record<string, string>>,
  parameter: InterfaceParameter,
): readonly string[] {
  const zones = template.parameters.filter(({ kind }) => kind === 'zoneName').map(({ name }) => base[name]);
  const now = base[parameter.name] ?? parameter.default;
  return valuesOf(parameter).filter(
    (value) => value !== now && !(parameter.kind === 'zoneName' && zones.includes(value)),
  );
}

/** The second value of every parameter that is empty at first; what is chosen once comes with no update. */
export function everyOptional(template: TemplateInterface): Record<string, string> {
  const optional = template.parameters.filter(
    ({ wiring, default: byDefault, description }) =>
      !wiring && byDefault === '' && !description.includes('Chosen once:'),
  );
  return Object.fromEntries(optional.map((parameter) => [parameter.name, valuesOf(parameter)[1]!]));
}
