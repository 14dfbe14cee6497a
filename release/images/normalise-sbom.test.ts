import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { normaliseSbom, packagesOf } from './normalise-sbom.ts';

const subject = {
  name: 'box',
  version: '1.0',
  digest: `sha256:${'a'.repeat(64)}`,
  architecture: 'arm64',
  scanner: '1',
};

/** What a scanner writes: times and references of its own each time, and lists in any order. */
function written(shuffle: <T>(list: readonly T[]) => readonly T[]): Buffer {
  const [root, system, lockOne, lockTwo] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const package_ = (name: string) => ({
    'bom-ref': `pkg:deb/debian/${name}@1`,
    type: 'library',
    name,
    purl: `pkg:deb/debian/${name}@1`,
  });
  return Buffer.from(
    JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      serialNumber: `urn:uuid:${randomUUID()}`,
      metadata: {
        timestamp: new Date(Math.random() * 1e12).toISOString(),
        tools: [{ name: 'trivy', version: 'dev' }],
        component: { 'bom-ref': root, type: 'container', name: '/tmp/layout-1234' },
      },
      components: shuffle([
        { 'bom-ref': system, type: 'operating-system', name: 'debian', version: '12' },
        // Two that say the same of themselves.
        { 'bom-ref': lockOne, type: 'application', name: 'package-lock.json' },
        { 'bom-ref': lockTwo, type: 'application', name: 'package-lock.json' },
        package_('bash'),
        package_('apt'),
      ]),
      dependencies: shuffle([
        { ref: root, dependsOn: shuffle([system, lockOne, lockTwo]) },
        { ref: system, dependsOn: shuffle(['pkg:deb/debian/bash@1', 'pkg:deb/debian/apt@1']) },
        { ref: 'pkg:deb/debian/apt@1' },
      ]),
    }),
  );
}

const asIs = <T>(list: readonly T[]): readonly T[] => list;

test('the same image has the same SBOM, whatever time, chance and order made of it', () => {
  const one = normaliseSbom(written(asIs), subject);
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
      const shuffle = <T>(list: readonly T[]): readonly T[] =>
        list
          .map((item) => [numbers.next().value, item] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, item]) => item);
      expect(normaliseSbom(written(shuffle), subject).equals(one)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('says whose it is, and keeps what is installed and what depends on what', () => {
  const bytes = normaliseSbom(written(asIs), subject);
  const sbom = JSON.parse(bytes.toString());
  const purl = `pkg:oci/box@sha256%3A${'a'.repeat(64)}?arch=arm64`;
  expect(sbom.metadata.component).toEqual({ 'bom-ref': purl, type: 'container', name: 'box', version: '1.0', purl });
  expect(sbom.metadata.timestamp).toBeUndefined();
  expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(packagesOf(bytes, 'x').map((one) => one.purl)).toEqual(['pkg:deb/debian/apt@1', 'pkg:deb/debian/bash@1']);
  const references = sbom.components.map((one: { 'bom-ref': string }) => one['bom-ref']);
  expect(new Set(references).size).toBe(5);
  const rooted = sbom.dependencies.find(({ ref }: { ref: string }) => ref === purl);
  expect(rooted.dependsOn).toHaveLength(3);
  for (const reference of rooted.dependsOn) expect(references).toContain(reference);
});

test('another image has another serial number', () => {
  const serial = (digest: string) =>
    JSON.parse(normaliseSbom(written(asIs), { ...subject, digest }).toString()).serialNumber;
  expect(serial(`sha256:${'b'.repeat(64)}`)).not.toBe(serial(subject.digest));
});

test.each([
  ['no JSON', 'nothing'],
  ['another format', '{"spdxVersion":"SPDX-2.3"}'],
])('refuses %s', (_, text) => {
  expect(() => normaliseSbom(Buffer.from(text), subject)).toThrow(expect.objectContaining({ code: 'sbom-invalid' }));
});
