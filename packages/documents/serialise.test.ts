import fc from 'fast-check';
import { DocumentError } from './document-error.ts';
import { parseDocument, parseIndex } from './parse-document.ts';
import { serialise, serialiseUnsignedIndex, sha256Of } from './serialise.ts';
import { arbitraryDocument, documentKinds } from './testing/arbitrary-documents.ts';

const claim = { schema: 'bitclouded.claim/1', version: '1.4.0', manifestSha256: 'a'.repeat(64) } as const;

describe('serialise', () => {
  it('writes JSON of two spaces with a newline at the end', () => {
    expect(serialise('claim', claim).toString()).toBe(
      `{\n  "schema": "bitclouded.claim/1",\n  "version": "1.4.0",\n  "manifestSha256": "${'a'.repeat(64)}"\n}\n`,
    );
  });

  it.each(documentKinds)('gives bytes from which parseDocument reads the same %s document', (kind) => {
    fc.assert(
      fc.property(arbitraryDocument(kind), (document) => {
        expect(parseDocument(kind, serialise(kind, document), 'x')).toEqual(document);
      }),
      { numRuns: 25 },
    );
  });

  it.each(documentKinds)('gives the same bytes for a %s document in whatever order its properties stand', (kind) => {
    fc.assert(
      fc.property(arbitraryDocument(kind), (document) => {
        const bytes = serialise(kind, reversed(document));
        expect(bytes.equals(serialise(kind, document))).toBe(true);
        expect(bytes.toString()).toMatch(/^\{\n {2}"schema": "bitclouded\.[a-z-]+\/1"/);
      }),
      { numRuns: 25 },
    );
  });

  it('gives the same bytes for an index whose channels were set in another order', () => {
    const index = {
      schema: 'bitclouded.index/1',
      host: 'local',
      serial: 1,
      issued: '2026-01-02T03:04:05Z',
      expires: '2027-01-02T03:04:05Z',
      releases: [],
      pins: {},
    } as const;
    const one = { ...index, releases: [], channels: { latest: '1.4.0', v1: '1.4.0', 'v1.4': '1.4.0' } };
    const two = { ...index, releases: [], channels: { 'v1.4': '1.4.0', latest: '1.4.0', v1: '1.4.0' } };
    expect(serialise('index', two).equals(serialise('index', one))).toBe(true);
    expect(serialiseUnsignedIndex(two).equals(serialiseUnsignedIndex(one))).toBe(true);
    expect(Object.keys(parseIndex(serialiseUnsignedIndex(two), 'index.json').index.channels)).toEqual([
      'latest',
      'v1',
      'v1.4',
    ]);
  });

  it('refuses to write what nobody could read, with every fault', () => {
    const write = () => serialise('claim', { ...claim, version: '1.4', manifestSha256: 'b' });
    expect(write).toThrow(DocumentError);
    expect(write).toThrow(/the claim document to write at version.*the claim document to write at manifestSha256/s);
  });
});

describe('sha256Of', () => {
  it('is the lower-case hexadecimal SHA-256 of bytes, and of a text as UTF-8', () => {
    // Source: FIPS 180-4's example "abc".
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect([sha256Of('abc'), sha256Of(Buffer.from('abc'))]).toEqual([abc, abc]);
    expect(sha256Of('ü')).toBe(sha256Of(Buffer.from([0xc3, 0xbc])));
  });
});

/** The same value with the properties of every object in the opposite order. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, reversed(inner)] as const);
  return Object.fromEntries(entries.reverse()) as T;
}
