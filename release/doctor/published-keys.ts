import { type AwsHost, keyOf } from '@bitclouded/documents';

const VERSION = '1.0.0';
const SHA256 = '0'.repeat(64);

/** A key of each kind that a region's bucket publishes, and whether such a key is created once for ever. */
export function publishedKeys(host: AwsHost, region: string): readonly { key: string; createOnly: boolean }[] {
  const everywhere = [
    { key: keyOf.manifest(VERSION), createOnly: true },
    { key: keyOf.lambda('a-function', SHA256), createOnly: true },
  ];
  if (region !== host.homeRegion) return everywhere;
  return [
    { key: keyOf.index(), createOnly: false },
    { key: keyOf.aliasRecord('latest'), createOnly: false },
    { key: keyOf.aliasRecord('v1'), createOnly: false },
    { key: keyOf.template(VERSION, 'networking/vpc'), createOnly: true },
    ...everywhere,
  ];
}
