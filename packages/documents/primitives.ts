import { valid } from 'semver';
import { z } from 'zod';

/** Template names are `category/name`; functions and images have one part. Lower case, digits and single hyphens. */
const NAME_PART = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*';

export const templateName = z
  .string()
  .max(100)
  .regex(new RegExp(`^${NAME_PART}/${NAME_PART}$`), 'must be category/name in kebab-case')
  .meta({ id: 'templateName' });
export const unitName = z
  .string()
  .max(64)
  .regex(new RegExp(`^${NAME_PART}$`), 'must be in kebab-case')
  .meta({ id: 'unitName' });
export const anyUnitName = z.union([templateName, unitName]);

/** Lower-case hexadecimal SHA-256. */
export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
  .meta({ id: 'sha256' });

/** Source: semver.org, "Is there a suggested regular expression", without build metadata. */
const SEMANTIC_VERSION =
  '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(\\.(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?$';

/** A semantic version without build metadata, which S3 keys and tags cannot tell apart. */
export const version = z
  .string()
  .max(100)
  .refine((text) => valid(text) === text, 'must be a semantic version such as 1.4.0 or 1.5.0-rc.1')
  .meta({ id: 'version', pattern: SEMANTIC_VERSION });

/** A key of the host: relative, forward slashes, no empty, `.` or `..` segment. */
export const hostKey = z
  .string()
  .max(900)
  .regex(
    /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/,
    'must be a relative key without "..", empty or unusual segments',
  )
  .meta({ id: 'hostKey' });

/** A CloudFormation logical id. Source: CloudFormation User Guide, "Resources syntax". */
export const logicalId = z
  .string()
  .regex(/^[A-Za-z0-9]{1,255}$/, 'must be alphanumeric')
  .meta({ id: 'logicalId' });

/** A region of the partitions that `partitionOf` knows: the isolated ones have other domains. */
export const region = z
  .string()
  .regex(
    /^[a-z]{2}(?:-gov)?-(?:central|(?:north|south)(?:east|west)?|east|west)-\d$/,
    'must be an AWS region such as eu-west-1',
  )
  .meta({ id: 'region' });
export const accountId = z
  .string()
  .regex(/^\d{12}$/, 'must be 12 digits, quoted')
  .meta({ id: 'accountId' });
export const sizeBytes = z.int().nonnegative();

/** What an artifact or a unit is. */
export const unitKind = z.enum(['template', 'lambda', 'image']);
export type UnitKind = z.infer<typeof unitKind>;

/** A reference to a unit: `template:networking/vpc`, `lambda:log-governor`, `image:aws-util`. */
export const unitReference = z
  .string()
  .regex(new RegExp(`^(?:template:${NAME_PART}/${NAME_PART}|(?:lambda|image):${NAME_PART})$`), 'must be kind:name')
  .meta({ id: 'unitReference' });

/** Properties that the document names freely, in code-unit order, so that equal documents have equal bytes. */
export function sortedRecord<K extends z.core.$ZodRecordKey, V extends z.core.SomeType>(key: K, value: V) {
  return z.record(key, value).overwrite((record) => {
    const sorted = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted) as typeof record;
  });
}
