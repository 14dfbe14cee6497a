import { readProperties } from '@bitclouded/kit/custom-resource';

/** Which bucket is emptied, and the tag that must stand on it. */
export interface Properties {
  readonly BucketName: string;
  readonly TagKey: string;
  readonly TagValue: string;
}

const DECLARED = {
  BucketName: {
    expected: 'the name of a general purpose bucket',
    pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  },
  TagKey: { expected: 'a tag key of 1 to 128 characters', pattern: /^.{1,128}$/u },
  TagValue: { expected: 'a tag value of at most 256 characters', pattern: /^.{0,256}$/u },
} as const;

/** @throws CustomResourceError `property-invalid` with every fault */
export function readBucket(properties: Readonly<Record<string, unknown>>): Properties {
  return readProperties(DECLARED, properties);
}
