import type { Fault } from '@bitclouded/documents/fault-error';
import { CustomResourceError, type CustomResourceErrorCode } from './custom-resource-error.ts';

/** What a property must be: CloudFormation hands over strings, lists and maps of them, never numbers or booleans. */
export interface Property {
  /** In words, after "expected". */
  readonly expected: string;
  readonly pattern: RegExp;
  /** A list of such strings. */
  readonly list?: boolean;
  readonly optional?: boolean;
}

type ValueOf<D extends Property> =
  | (D extends { readonly list: true } ? readonly string[] : string)
  | (D extends { readonly optional: true } ? undefined : never);

/**
 * Reads a custom resource's properties.
 * @throws CustomResourceError `property-invalid` with every property that is missing, unknown or no good; a value is
 *   repeated only where it is short, and never one whose name speaks of a secret
 */
export function readProperties<const D extends Readonly<Record<string, Property>>>(
  declared: D,
  properties: Readonly<Record<string, unknown>>,
): { readonly [N in keyof D]: ValueOf<D[N]> } {
  const faults: Fault<CustomResourceErrorCode>[] = [];
  for (const [name, property] of Object.entries(declared)) {
    const value = properties[name];
    if (value === undefined && property.optional) continue;
    if (!fits(value, property))
      faults.push({
        code: 'property-invalid',
        where: name,
        received: shown(name, value),
        expected: property.list ? `a list, each ${property.expected}` : property.expected,
        remedy: `correct ${name} of the custom resource`,
      });
  }
  for (const name of Object.keys(properties))
    if (!Object.hasOwn(declared, name))
      faults.push({
        code: 'property-invalid',
        where: name,
        received: 'a property that the function does not know',
        expected: `one of ${Object.keys(declared).join(', ')}`,
        remedy: `take ${name} away, or correct its name`,
      });
  if (faults.length > 0) throw new CustomResourceError(faults);
  return Object.fromEntries(Object.keys(declared).map((name) => [name, properties[name]])) as never;
}

function fits(value: unknown, { pattern, list }: Property): boolean {
  const one = (each: unknown): boolean => typeof each === 'string' && pattern.test(each);
  return list ? Array.isArray(value) && value.every(one) : one(value);
}

function shown(name: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  return /secret|password|token/i.test(name) ? 'a value that is not shown' : (JSON.stringify(value) ?? String(value));
}
