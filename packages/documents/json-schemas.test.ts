import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { jsonSchemas } from './json-schemas.ts';
import { documentSchemas } from './parse-document.ts';
import { serialiseUnsignedIndex } from './serialise.ts';
import { arbitraryDocument, documentKinds, publishedSchema, withOneChange } from './testing/arbitrary-documents.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

describe('jsonSchemas', () => {
  it('has one of every document, and of the envelope, in order of name', () => {
    expect([...jsonSchemas().keys()]).toEqual([...documentKinds, 'index-envelope'].sort());
  });

  it.each([...jsonSchemas().keys()])('gives %s as draft 2020-12, titled with what a document names', (name) => {
    const schema = publishedSchema(name) as Record<string, unknown>;
    expect(schema.title).toBe(`bitclouded.${name}/1`);
    expect(schema.$schema).toBe(DRAFT);
    expect(validator().validateSchema(schema)).toBe(true);
  });

  it('gives the same bytes each time', () => {
    const bytes = [...jsonSchemas().values()].map(String);
    expect([...jsonSchemas().values()].map(String)).toEqual(bytes);
    expect(bytes.every((text) => text.endsWith('}\n'))).toBe(true);
  });

  it.each(documentKinds)('accepts each %s document that the program accepts', (kind) => {
    const accepts = validator().compile(publishedSchema(kind));
    fc.assert(
      fc.property(arbitraryDocument(kind), (document) => {
        expect(documentSchemas[kind].safeParse(document).success).toBe(true);
        expect(accepts(document)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it.each(documentKinds)('judges a %s document with one place changed as the program does', (kind) => {
    const accepts = validator().compile(publishedSchema(kind));
    const value = fc.oneof(
      fc.constant(undefined),
      fc.jsonValue(),
      fc.constantFrom('1.4.0', '01.4.0', '../x', 'a/b', -1),
    );
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(arbitraryDocument(kind), fc.nat(), value, (document, place, replacement) => {
        const changed = withOneChange(document, place, replacement);
        const { success } = documentSchemas[kind].safeParse(changed);
        seen[success ? 'accepted' : 'refused']++;
        expect({ changed, accepted: accepts(changed) }).toEqual({ changed, accepted: success });
      }),
    );
    expect(seen.refused).toBeGreaterThan(0);
  });

  it('describes the envelope that the index stands in', () => {
    const accepts = validator().compile(publishedSchema('index-envelope'));
    const [index] = fc.sample(arbitraryDocument('index'), 1);
    const envelope = JSON.parse(serialiseUnsignedIndex(index!).toString());
    expect(accepts(envelope)).toBe(true);
    expect(accepts({ ...envelope, payload: '{}' })).toBe(false);
    expect(accepts({ ...envelope, payloadType: 'application/json' })).toBe(false);
  });
});

function validator(): Ajv2020 {
  const ajv = new Ajv2020({ allErrors: false });
  // The patterns beside these two say the same.
  ajv.addFormat('date', true);
  ajv.addFormat('date-time', true);
  ajv.addFormat('uri', { type: 'string', validate: (text: string) => URL.canParse(text) });
  return ajv;
}
