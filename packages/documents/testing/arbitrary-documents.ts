import fc from 'fast-check';
import { jsonSchemas } from '../json-schemas.ts';
import { type DocumentKind, type DocumentOf, documentSchemas } from '../parse-document.ts';

/** The part of JSON Schema that the published schemas use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
}

export const documentKinds = Object.keys(documentSchemas) as DocumentKind[];

/** The published JSON Schema of a kind, parsed. */
export function publishedSchema(name: string): JsonSchema {
  return JSON.parse(jsonSchemas().get(name)!.toString()) as JsonSchema;
}

/** Documents that the kind's published JSON Schema accepts. */
export function arbitraryDocument<K extends DocumentKind>(kind: K): fc.Arbitrary<DocumentOf<K>> {
  const schema = publishedSchema(kind);
  return arbitraryOf(schema, schema.$defs ?? {}) as fc.Arbitrary<DocumentOf<K>>;
}

/**
 * Replaces the value at one of the document's places, counted in reading order.
 * @param value `undefined` takes the property away
 */
export function withOneChange(document: unknown, place: number, value: unknown): unknown {
  const places: { parent: Record<string, unknown>; key: string }[] = [];
  const copy = structuredClone(document) as Record<string, unknown>;
  const visit = (parent: Record<string, unknown>) => {
    for (const [key, child] of Object.entries(parent)) {
      places.push({ parent, key });
      if (typeof child === 'object' && child !== null) visit(child as Record<string, unknown>);
    }
  };
  visit(copy);
  const { parent, key } = places[place % places.length]!;
  if (value === undefined && !Array.isArray(parent)) delete parent[key];
  else parent[key] = value ?? null;
  return copy;
}

function arbitraryOf(schema: JsonSchema, definitions: Readonly<Record<string, JsonSchema>>): fc.Arbitrary<unknown> {
  const inner = (part: JsonSchema) => arbitraryOf(part, definitions);
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice('#/$defs/'.length);
    return name === 'hostKey' ? arbitraryKey : inner(definitions[name]!);
  }
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return fc.oneof(...branches.map(inner));
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -10, max: Math.min(schema.maximum ?? 10, 2 ** 31 - 1) });
    case 'number':
      // JSON knows no other zero than 0.
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
    case 'string':
      return arbitraryString(schema);
    case 'array':
      return fc.array(inner(schema.items!), { minLength: schema.minItems ?? 0, maxLength: (schema.minItems ?? 0) + 2 });
    case 'object':
      return schema.properties ? arbitraryObject(schema, inner) : arbitraryRecord(schema, inner);
    default:
      throw new Error(`the published schemas use something new: ${JSON.stringify(schema)}`);
  }
}

function arbitraryString({ format, pattern, minLength = 0, maxLength = 100 }: JsonSchema): fc.Arbitrary<string> {
  const instant = fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true });
  if (format === 'date-time') return instant.map((date) => date.toISOString());
  if (format === 'date') return instant.map((date) => date.toISOString().slice(0, 10));
  if (format === 'uri') return fc.webUrl();
  if (pattern === undefined) return fc.string({ minLength, maxLength: minLength + 5, unit: 'binary' });
  return fc.stringMatching(new RegExp(pattern), { size: 'small' }).filter(({ length }) => length <= maxLength);
}

const arbitraryKey = fc
  .array(fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,8}$/), { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join('/'));

function arbitraryObject(schema: JsonSchema, inner: (part: JsonSchema) => fc.Arbitrary<unknown>) {
  const properties = Object.entries(schema.properties!).map(([name, part]) => [name, inner(part)] as const);
  return fc.record(Object.fromEntries(properties), {
    requiredKeys: [...(schema.required ?? [])],
    noNullPrototype: true,
  });
}

function arbitraryRecord(schema: JsonSchema, inner: (part: JsonSchema) => fc.Arbitrary<unknown>) {
  const forbidden = ['__proto__', 'constructor', 'prototype'];
  const name = inner(schema.propertyNames!).filter((text) => !forbidden.includes(text as string));
  const value = inner(schema.additionalProperties as JsonSchema);
  return fc.dictionary(name as fc.Arbitrary<string>, value, { maxKeys: 3, noNullPrototype: true });
}
