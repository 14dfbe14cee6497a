import { type AwsHost, type ImageInterface, partitionOf, sha256Of } from '@bitclouded/documents';
import type { Architecture } from '../images/builder.ts';

/** The tag by which the roles that bake and retire know what is the host's. */
export const HOST_TAG = 'bitclouded:host';
export const IMAGE_TAG = 'bitclouded:image';

/** One machine image to be: of a definition, an architecture and what it is built on. */
export interface MachineIdentity {
  readonly image: string;
  readonly architecture: Architecture;
  /**
   * The name of the AMI in every region: the same definition on the same base has the same name, so that what an
   * interrupted bake left is found, and nothing is baked twice.
   */
  readonly amiName: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** As much of a hash as tells definitions apart. */
const SHORT = 12;

/** Source: EC2 API Reference, "CreateImage": what a name may hold, 3 to 128 characters. */
export function identityOf(
  host: AwsHost,
  { name, version, contextSha256 }: Pick<ImageInterface, 'name' | 'version' | 'contextSha256'>,
  architecture: Architecture,
  baseAmi: string,
): MachineIdentity {
  const base = baseAmi.replace(/^ami-/, '');
  const definition = contextSha256.slice(0, SHORT);
  const amiName = `${host.prefix}/${name}/${version}/${architecture}/${definition}-${base}`;
  return {
    image: name,
    architecture,
    amiName,
    tags: {
      Name: `${host.prefix} ${name} ${version} ${architecture}`,
      [HOST_TAG]: host.prefix,
      [IMAGE_TAG]: name,
      'bitclouded:version': version,
      'bitclouded:architecture': architecture,
      'bitclouded:context': contextSha256,
      'bitclouded:base': baseAmi,
    },
  };
}

/** The same copy asked for twice is one copy. Source: EC2 API Reference, "Ensuring idempotency": at most 64 characters. */
export function copyToken(amiName: string, source: string, region: string, attempt: number): string {
  return sha256Of(Buffer.from(JSON.stringify([amiName, source, region, attempt])));
}

/** Where a consumer of the account finds the newest one. */
export function parameterName(host: AwsHost, image: string, architecture: Architecture): string {
  return `/${host.prefix}/images/${image}/${architecture}`;
}

/** Canonical's accounts. Source: Ubuntu on AWS documentation, "Find Ubuntu images on AWS". */
const CANONICAL = { aws: '099720109477', 'aws-cn': '837727238323', 'aws-us-gov': '513442679011' } as const;

/** What a machine image is built on: another one of this repository, or the newest of an owner's with such a name. */
export type MachineBase =
  | { readonly kind: 'image'; readonly image: string }
  | { readonly kind: 'ami'; readonly owner: string; readonly name: string };

/** @param base as `image.ts` writes it: `linux-base`, or `<owner>/<name>` with `*` for any text */
export function machineBase(base: string, region: string): MachineBase {
  const slash = base.indexOf('/');
  if (slash < 0) return { kind: 'image', image: base };
  const owner = base.slice(0, slash);
  return {
    kind: 'ami',
    owner: owner === 'canonical' ? CANONICAL[partitionOf(region)] : owner,
    name: base.slice(slash + 1),
  };
}
