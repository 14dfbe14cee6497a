import {
  DescribeImagesCommand,
  DisableImageCommand,
  type EC2Client,
  EnableImageDeprecationCommand,
} from '@aws-sdk/client-ec2';
import type { AwsHost } from '@bitclouded/documents';
import pLimit from 'p-limit';
import type { AwsClients } from '../host/aws-clients.ts';
import { HOST_TAG, IMAGE_TAG } from './machine-identity.ts';
import { type HostedMachine, planGc, type Retirement } from './plan-gc.ts';

export interface GcRequest {
  readonly host: AwsHost;
  readonly clients: Pick<AwsClients, 'ec2'>;
  /** AMIs of releases in their support window. */
  readonly named: ReadonlySet<string>;
  /** AMIs of locks in the repository. */
  readonly locked: ReadonlySet<string>;
  readonly now: Date;
  /** Say what would be done, and do not. */
  readonly dryRun: boolean;
}

const REGIONS_AT_ONCE = 8;

/** Retires AMIs of the host that nobody names, a step a run. @returns what became of each */
export async function collectGarbage(request: GcRequest, signal: AbortSignal): Promise<readonly Retirement[]> {
  const { host, clients, named, locked, now, dryRun } = request;
  const limit = pLimit(REGIONS_AT_ONCE);
  const regions = await Promise.all(
    host.regions.map((region) =>
      limit(async () => {
        const plan = planGc(await machinesOf(clients.ec2(region), host, region, signal), named, locked, now);
        if (!dryRun) for (const one of plan) await retire(clients.ec2(region), one, now, signal);
        return plan;
      }),
    ),
  );
  return regions.flat();
}

/** By the host's mark alone: nothing else of the account is looked at. */
async function machinesOf(
  ec2: EC2Client,
  host: AwsHost,
  region: string,
  signal: AbortSignal,
): Promise<HostedMachine[]> {
  const Filters = [
    { Name: `tag:${HOST_TAG}`, Values: [host.prefix] },
    { Name: 'tag-key', Values: [IMAGE_TAG] },
  ];
  const machines: HostedMachine[] = [];
  let NextToken: string | undefined;
  do {
    const command = new DescribeImagesCommand({
      Owners: ['self'],
      Filters,
      IncludeDeprecated: true,
      IncludeDisabled: true,
      NextToken,
    });
    const page = await ec2.send(command, { abortSignal: signal });
    for (const { ImageId, Name = '', CreationDate, DeprecationTime, State } of page.Images ?? [])
      machines.push({
        region,
        ami: ImageId!,
        name: Name,
        created: new Date(CreationDate!),
        deprecated: DeprecationTime === undefined ? undefined : new Date(DeprecationTime),
        isDisabled: State === 'disabled',
      });
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return machines;
}

async function retire(ec2: EC2Client, { action, ami }: Retirement, now: Date, signal: AbortSignal): Promise<void> {
  const options = { abortSignal: signal };
  // EC2 takes no time of the past, and rounds to the minute.
  const DeprecateAt = new Date(now.getTime() + 2 * 60 * 1000);
  if (action === 'deprecate') await ec2.send(new EnableImageDeprecationCommand({ ImageId: ami, DeprecateAt }), options);
  if (action === 'disable') await ec2.send(new DisableImageCommand({ ImageId: ami }), options);
}
