import { z } from 'zod';
import { documentSchemas } from './parse-document.ts';
import { indexEnvelope } from './release-index.ts';

/** The JSON Schemas (draft 2020-12) of the published documents, by name: what a release carries under `schemas/`. */
export function jsonSchemas(): ReadonlyMap<string, Buffer> {
  const schemas: Record<string, z.ZodType> = { ...documentSchemas, 'index-envelope': indexEnvelope };
  return new Map(
    Object.entries(schemas)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, schema]) => [
        name,
        Buffer.from(
          `${JSON.stringify({ title: `bitclouded.${name}/1`, ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) }, null, 2)}\n`,
        ),
      ]),
  );
}
