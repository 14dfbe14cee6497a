import { z } from 'zod';
import { DocumentError } from './document-error.ts';
import { accountId, region, unitName } from './primitives.ts';
import { faultsOf } from './zod-faults.ts';

const shared = {
  /** Begins each bucket's name: `<prefix>-<account>-<region>-an`. Source: S3 User Guide, "Account regional namespaces". */
  prefix: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,28}[a-z0-9]$/, 'must be 3 to 30 lower-case letters, digits and hyphens'),
  account: accountId,
  homeRegion: region,
  regions: z.array(region).min(1),
  /** Registry and namespace of the images, such as `public.ecr.aws/<alias>`. */
  registry: z
    .string()
    .regex(/^[a-z0-9.:-]+(?:\/[a-z0-9._-]+)*$/, 'must be a registry and a namespace such as public.ecr.aws/<alias>'),
};

export const folderHost = z.strictObject({
  kind: z.literal('folder'),
  ...shared,
  /** The folder that is the host, relative to the repository. */
  folder: z.string().min(1),
  /** Where `npm run serve` shows it. */
  address: z.url('must be an address such as http://127.0.0.1:4874'),
});

const stackParameters = z.record(z.string().regex(/^[A-Za-z0-9]+$/, 'must be the name of a parameter'), z.string());

export const awsHost = z.strictObject({
  kind: z.literal('aws'),
  ...shared,
  /** Absent before `host up` has made it, and in partitions without CloudFront: people read from S3 then. */
  cdn: z
    .strictObject({
      /** Without a scheme. */
      domain: z.string().regex(/^[a-z0-9.-]+\.[a-z]{2,}$/, 'must be a domain name'),
      distributionId: z
        .string()
        .regex(/^E[A-Z0-9]{7,}$/, 'must be the identifier of a distribution, such as E2QWRUHEXAMPLE'),
    })
    .optional(),
  /** Parameters of the stacks that `host up` makes, by template. The templates themselves check them. */
  stacks: z
    .strictObject({
      'artifact-host': stackParameters.optional(),
      'artifact-region': stackParameters.optional(),
      'github-oidc': stackParameters.optional(),
    })
    .optional(),
});

/** What the checks between properties need; it parses although other properties of the host are wrong. */
const placement = z.looseObject({ homeRegion: shared.homeRegion, regions: shared.regions });
/** zod's default leaves out a check between properties when any property is wrong; then a second run would find more. */
const EVEN_WITH_OTHER_FAULTS = { when: () => true };

export const hostsConfig = z
  .strictObject({ hosts: z.record(unitName, z.discriminatedUnion('kind', [folderHost, awsHost])) })
  .superRefine((config: { hosts?: unknown } | null | undefined, context) => {
    for (const [name, unchecked] of Object.entries(config?.hosts ?? {})) {
      const { success, data: host } = placement.safeParse(unchecked);
      if (!success) continue;
      if (!host.regions.includes(host.homeRegion))
        context.addIssue({
          code: 'custom',
          path: ['hosts', name, 'homeRegion'],
          input: host.homeRegion,
          message: `must be one of its regions (${host.regions.join(', ')})`,
        });
      if (new Set(host.regions).size !== host.regions.length)
        context.addIssue({
          code: 'custom',
          path: ['hosts', name, 'regions'],
          input: host.regions,
          message: 'must name each region once',
        });
      if (new Set(host.regions.map(partitionOf)).size > 1)
        context.addIssue({
          code: 'custom',
          path: ['hosts', name, 'regions'],
          input: host.regions,
          message: 'must lie in one partition',
        });
    }
  }, EVEN_WITH_OTHER_FAULTS);
export type HostsConfig = z.input<typeof hostsConfig>;
export type FolderHost = z.infer<typeof folderHost> & { readonly name: string };
export type AwsHost = z.infer<typeof awsHost> & { readonly name: string };
/** Who hosts: one entry of `bitclouded.config.ts`, with its name. */
export type Host = FolderHost | AwsHost;

/** Types `bitclouded.config.ts`; it is checked where it is read, by `parseHosts`. */
export function defineConfig(config: HostsConfig): HostsConfig {
  return config;
}

/**
 * Checks the configuration's default export.
 * @throws DocumentError `config-invalid` with every fault of the file
 */
export function parseHosts(config: unknown, where: string): readonly Host[] {
  const parsed = hostsConfig.safeParse(config);
  if (!parsed.success) throw new DocumentError(faultsOf(parsed.error, config, 'config-invalid', where));
  return Object.entries(parsed.data.hosts).map(([name, host]) => ({ name, ...host }));
}

/** The partition of a region. Source: AWS General Reference, "ARN: partition". */
export function partitionOf(name: string): 'aws' | 'aws-cn' | 'aws-us-gov' {
  if (name.startsWith('cn-')) return 'aws-cn';
  return name.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
