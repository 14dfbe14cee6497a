import { type Host, partitionOf } from './host.ts';

/** The folder of a version on the host. */
export const versionPrefix = (version: string): string => `v${version}`;

/** Keys of the host's objects: pure functions of what they hold. */
export const keyOf = {
  index: (): string => 'index.json',
  claim: (version: string): string => `${versionPrefix(version)}/claim.json`,
  manifest: (version: string): string => `${versionPrefix(version)}/manifest.json`,
  sums: (version: string): string => `${versionPrefix(version)}/SHA256SUMS`,
  template: (version: string, name: string): string => `${versionPrefix(version)}/templates/${name}.yaml`,
  /** Templates keep their category; functions and images stand under their kind. */
  interface: (version: string, kind: string, name: string): string =>
    `${versionPrefix(version)}/interfaces/${kind}s/${name}.json`,
  /** `networking/vpc` → `policies/templates/networking/vpc.json`, its second part `vpc.2.json`; `person.json` above them. */
  policy: (version: string, name: string, part: number): string =>
    `${versionPrefix(version)}/policies/${name.includes('/') ? 'templates/' : ''}${name}${part === 1 ? '' : `.${part}`}.json`,
  schema: (version: string, name: string): string => `${versionPrefix(version)}/schemas/${name}.schema.json`,
  /** By content, outside every version: an unchanged function keeps its address. */
  lambda: (name: string, sha256: string): string => `lambdas/${name}/${sha256}.zip`,
  /** The derived copy of a versioned object under a channel. */
  alias: (channel: string, version: string, key: string): string =>
    `${channel}/${key.slice(versionPrefix(version).length + 1)}`,
  aliasRecord: (channel: string): string => `${channel}/alias.json`,
};

/** The bucket of a region in the account-regional namespace, which nobody else can register. */
export function bucketOf(host: Host, region: string): string {
  return `${host.prefix}-${host.account}-${region}-an`;
}

/** Where CloudFormation reads a key: S3 in `region`, never the CDN. A folder's own address on a folder. */
export function urlOf(host: Host, key: string, region: string = host.homeRegion): string {
  if (host.kind === 'folder') return new URL(key, withSlash(host.address)).href;
  const suffix = partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${bucketOf(host, region)}.s3.${region}.${suffix}/${key}`;
}

/** Where people read a key: at the CDN, where the host has one. */
export function cdnUrlOf(host: Host, key: string): string {
  return host.kind === 'folder' || host.cdn === undefined ? urlOf(host, key) : `https://${host.cdn.domain}/${key}`;
}

/** `repository@sha256:…` where a digest is known, else `repository:tag`. */
export function imageReferenceOf(
  host: Host,
  name: string,
  identity: { readonly digest: string } | { readonly tag: string },
): string {
  const repository = `${host.registry}/${name}`;
  return 'digest' in identity ? `${repository}@${identity.digest}` : `${repository}:${identity.tag}`;
}

function withSlash(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}
