import fc from 'fast-check';
import { DocumentError } from './document-error.ts';
import { DOCUMENT_LIMIT_BYTES, DOCUMENT_LIMIT_VALUES, parseDocument, parseIndex } from './parse-document.ts';
import type { ReleaseIndex } from './release-index.ts';
import { serialise, serialiseUnsignedIndex } from './serialise.ts';
import { arbitraryDocument, documentKinds, withOneChange } from './testing/arbitrary-documents.ts';

const SHA256 = 'a'.repeat(64);
const claim = { schema: 'bitclouded.claim/1', version: '1.4.0', manifestSha256: SHA256 } as const;
const where = 'host/v1.4.0/claim.json';

describe('parseDocument', () => {
  it('returns a document that is right', () => {
    expect(parseDocument('claim', json(claim), where)).toEqual(claim);
  });

  it('refuses a document over 32 MB before it decodes it', () => {
    const fault = faultOf(() => parseDocument('claim', Buffer.alloc(DOCUMENT_LIMIT_BYTES + 1, 0xff), where));
    expect(fault).toMatchObject({ code: 'document-too-large', where, received: '33554433 bytes' });
  });

  it('reads a document of exactly 32 MB', () => {
    const text = JSON.stringify(claim);
    const bytes = Buffer.from(text + ' '.repeat(DOCUMENT_LIMIT_BYTES - text.length));
    expect(parseDocument('claim', bytes, where)).toEqual(claim);
  });

  it('refuses more values than any document has, however small its bytes', () => {
    const bytes = Buffer.from(`{"schema":"bitclouded.claim/1","version":[${'0,'.repeat(DOCUMENT_LIMIT_VALUES)}0]}`);
    expect(faultOf(() => parseDocument('claim', bytes, where))).toMatchObject({
      code: 'document-too-large',
      received: 'more than 250000 values',
    });
  });

  it.each(['[', '{"a":'])('refuses nesting deeper than 64 of %s', (opening) => {
    const fault = faultOf(() => parseDocument('claim', Buffer.from(opening.repeat(65)), where));
    expect(fault).toMatchObject({ code: 'document-too-deep', where, expected: 'at most 64 levels' });
  });

  it('counts nesting only outside strings, and reads 64 levels', () => {
    const nested = `${'['.repeat(63)}"[[\\"[["${']'.repeat(63)}`;
    const bytes = Buffer.from(`{"schema":"bitclouded.claim/1","version":${nested},"manifestSha256":"${SHA256}"}`);
    expect(faultOf(() => parseDocument('claim', bytes, where)).code).toBe('document-invalid');
  });

  it('refuses bytes that are not UTF-8', () => {
    const bytes = Buffer.concat([json(claim), Buffer.from([0xc3, 0x28])]);
    expect(faultOf(() => parseDocument('claim', bytes, where))).toMatchObject({ code: 'document-not-utf8', where });
  });

  it.each(['', '{', '{"schema":', 'undefined', '{} {}', "{'a':1}"])('refuses %j, which is no JSON', (text) => {
    expect(faultOf(() => parseDocument('claim', Buffer.from(text), where))).toMatchObject({
      code: 'document-not-json',
      where,
    });
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses a property named %s at any depth', (name) => {
    const bytes = Buffer.from(`{"schema":"bitclouded.claim/1","version":[{"${name}":{"polluted":true}}]}`);
    const fault = faultOf(() => parseDocument('claim', bytes, where));
    expect(fault).toMatchObject({ code: 'document-forbidden-name', where, received: `a property named ${name}` });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('refuses a prototype name that is written with an escape', () => {
    const bytes = Buffer.from('{"schema":"bitclouded.claim/1","\\u005f_proto__":{}}');
    expect(faultOf(() => parseDocument('claim', bytes, where)).code).toBe('document-forbidden-name');
  });

  it.each([
    [{ ...claim, schema: 'bitclouded.alias/1' }, '"bitclouded.alias/1"'],
    [{ ...claim, schema: 'bitclouded.claim/0' }, '"bitclouded.claim/0"'],
    [{ ...claim, schema: 'bitclouded.alias/2' }, '"bitclouded.alias/2"'],
    [{ version: '1.4.0' }, 'no schema'],
    [null, 'no schema'],
    ['bitclouded.claim/1', 'no schema'],
    [[claim], 'no schema'],
  ])('refuses another kind of document: %j', (document, received) => {
    expect(faultOf(() => parseDocument('claim', json(document), where))).toMatchObject({
      code: 'document-wrong-kind',
      where,
      received,
      expected: '"schema": "bitclouded.claim/1"',
    });
  });

  it('names the schema that a newer document needs', () => {
    const fault = faultOf(() => parseDocument('claim', json({ schema: 'bitclouded.claim/2', more: [] }), where));
    expect(fault).toMatchObject({ code: 'document-newer-schema', where, received: 'bitclouded.claim/2' });
    expect(fault.remedy).toContain('a release of BitClouded that knows bitclouded.claim/2');
  });

  it('names every fault with its path, its value and what belongs there', () => {
    const plan = {
      schema: 'bitclouded.plan/1',
      host: 'local',
      version: '1.4',
      comparedWith: null,
      requiredBump: 'huge',
      units: [{ kind: 'template', name: 'Networking/VPC', verdict: 'safe', reasons: [7], dependents: [] }],
      removed: [],
      colour: 'blue',
    };
    expect(faultsOf(() => parseDocument('plan', json(plan), 'plan.json'))).toEqual([
      invalid('version', '"1.4"', 'a semantic version such as 1.4.0 or 1.5.0-rc.1', 'correct version'),
      invalid('requiredBump', '"huge"', 'one of "none"|"patch"|"minor"|"major"', 'correct requiredBump'),
      invalid('distSha256', 'nothing', 'string', 'correct distSha256'),
      invalid('units.0.name', '"Networking/VPC"', 'category/name in kebab-case, or in kebab-case', 'correct name'),
      invalid('units.0.reasons.0', '7', 'string', 'correct entry 0 of reasons'),
      invalid('', '"colour"', 'no property of that name', 'remove it, or correct its spelling'),
    ]);
  });

  it('refuses a key that leaves the host', () => {
    const file = (path: string) => ({ path, sizeBytes: 1, sha256: SHA256 });
    const build = {
      schema: 'bitclouded.build/1',
      kind: 'lambda',
      name: 'log-governor',
      sourceSha256: SHA256,
      files: ['../../etc/passwd', '/etc/passwd', 'a/../b', 'a\\b', 'a//b', 'ok.zip'].map(file),
      uses: [],
    };
    const places = faultsOf(() => parseDocument('build', json(build), 'build.json')).map((fault) => fault.where);
    expect(places).toEqual([0, 1, 2, 3, 4].map((entry) => `build.json at files.${entry}.path`));
  });

  it('lists a hundred faults of a document that has thousands, and counts the rest', () => {
    const build = {
      schema: 'bitclouded.build/1',
      kind: 'lambda',
      name: 'log-governor',
      sourceSha256: SHA256,
      files: Array.from({ length: 5000 }, () => 0),
      uses: [],
    };
    const faults = faultsOf(() => parseDocument('build', json(build), 'build.json'));
    expect(faults).toHaveLength(101);
    expect(faults.at(-1)).toMatchObject({ where: 'build.json', received: '4900 more faults' });
  });

  it('throws nothing but DocumentError at arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...documentKinds), fc.uint8Array({ maxLength: 200 }), (kind, bytes) => {
        expectDocumentOrError(() => parseDocument(kind, bytes, 'x'));
        expectDocumentOrError(() => parseIndex(bytes, 'x'));
      }),
    );
  });

  it('throws nothing but DocumentError at arbitrary JSON under the right schema name', () => {
    const anything = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(fc.constantFrom(...documentKinds), anything, (kind, value) => {
        expectDocumentOrError(() => parseDocument(kind, json({ ...value, schema: `bitclouded.${kind}/1` }), 'x'));
      }),
    );
  });

  it.each(documentKinds)('throws nothing but DocumentError at a %s document with one place changed', (kind) => {
    fc.assert(
      fc.property(arbitraryDocument(kind), fc.nat(), fc.jsonValue(), (document, place, value) => {
        expectDocumentOrError(() => parseDocument(kind, json(withOneChange(document, place, value)), 'x'));
      }),
      { numRuns: 25 },
    );
  });
});

describe('parseIndex', () => {
  const index: ReleaseIndex = {
    schema: 'bitclouded.index/1',
    host: 'local',
    serial: 3,
    issued: '2026-01-02T03:04:05.000Z',
    expires: '2027-01-02T03:04:05.000Z',
    releases: [{ version: '1.4.0', manifestSha256: SHA256, attestations: [] }],
    channels: { latest: '1.4.0', v1: '1.4.0' },
    pins: {},
  };
  const envelope = JSON.parse(serialiseUnsignedIndex(index).toString());

  it('opens an unsigned envelope and says that nobody signed it', () => {
    expect(parseIndex(json(envelope), 'index.json')).toEqual({ index, signatures: 0 });
  });

  it('counts signatures and does not judge them', () => {
    const signed = { ...envelope, signatures: [{ keyid: 'k', sig: 'AAAA' }] };
    expect(parseIndex(json(signed), 'index.json').signatures).toBe(1);
  });

  it('says whether the envelope or its payload is wrong', () => {
    const payload = Buffer.from(JSON.stringify({ ...index, serial: 0 })).toString('base64');
    expect(faultOf(() => parseIndex(json({ ...envelope, payload }), 'index.json'))).toMatchObject({
      code: 'document-invalid',
      where: 'index.json (payload) at serial',
      received: '0',
    });
    expect(faultOf(() => parseIndex(json({ ...envelope, payloadType: 'text/plain' }), 'index.json'))).toMatchObject({
      code: 'document-invalid',
      where: 'index.json at payloadType',
    });
  });

  it('refuses a truncated index', () => {
    const bytes = json(envelope);
    for (const length of [0, 1, bytes.length >> 1, bytes.length - 2])
      expect(faultOf(() => parseIndex(bytes.subarray(0, length), 'index.json')).code).toBe('document-not-json');
  });

  it('refuses a payload of another kind', () => {
    const payload = serialise('claim', claim).toString('base64');
    expect(faultOf(() => parseIndex(json({ ...envelope, payload }), 'index.json')).code).toBe('document-wrong-kind');
  });
});

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function invalid(path: string, received: string, expected: string, remedy: string) {
  const place = path === '' ? 'plan.json' : `plan.json at ${path}`;
  return { code: 'document-invalid', where: place, received, expected, remedy };
}

function faultsOf(parse: () => unknown) {
  try {
    parse();
  } catch (error) {
    if (error instanceof DocumentError) return error.faults;
    throw error;
  }
  throw new Error('nothing was refused');
}

function faultOf(parse: () => unknown) {
  const [fault, ...others] = faultsOf(parse);
  expect(others).toEqual([]);
  return fault!;
}

/** A message may steer no terminal and show no stack, whatever the document holds. */
function expectDocumentOrError(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(DocumentError);
    const { message } = error as DocumentError;
    expect(message).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(message).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  }
}
