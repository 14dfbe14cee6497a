import {
  DescribeImagesCommand,
  GetEbsEncryptionByDefaultCommand,
  GetImageBlockPublicAccessStateCommand,
} from '@aws-sdk/client-ec2';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import type { AwsHost, Fault } from '@bitclouded/documents';
import pLimit from 'p-limit';
import type { AwsClients } from '../host/aws-clients.ts';
import type { ReleaseErrorCode } from '../release-error.ts';
import type { MachineIdentity } from './machine-identity.ts';
import type { Share } from './machine-images.ts';

type BakeFault = Fault<ReleaseErrorCode>;

/** Source: Service Quotas, "Public AMIs" of EC2. */
const PUBLIC_AMIS = { ServiceCode: 'ec2', QuotaCode: 'L-0E3CBAB9' } as const;
const REGIONS_AT_ONCE = 8;

/**
 * What of the account's settings, in each region, would let a bake end in an image that nobody can use: looked at
 * before the first machine starts.
 * @returns everything that is in the way
 */
export async function faultsOfRegions(
  host: AwsHost,
  clients: Pick<AwsClients, 'ec2' | 'serviceQuotas'>,
  wanted: readonly MachineIdentity[],
  share: Share,
  signal: AbortSignal,
): Promise<readonly BakeFault[]> {
  const limit = pLimit(REGIONS_AT_ONCE);
  const faults = await Promise.all(
    host.regions.map((region) =>
      limit(async () => [
        ...(share.with === 'nobody' ? [] : await encryption(clients, region, signal)),
        ...(share.with === 'everybody' ? await publicAccess(clients, region, signal) : []),
        ...(share.with === 'everybody' ? await quota(clients, region, wanted, signal) : []),
      ]),
    ),
  );
  return faults.flat();
}

type Clients = Pick<AwsClients, 'ec2' | 'serviceQuotas'>;

/** An image whose snapshots are encrypted cannot be public. Source: EC2 User Guide, "Make your AMI publicly available". */
async function encryption({ ec2 }: Clients, region: string, signal: AbortSignal): Promise<BakeFault[]> {
  const answer = await ec2(region).send(new GetEbsEncryptionByDefaultCommand({}), { abortSignal: signal });
  if (!answer.EbsEncryptionByDefault) return [];
  return [
    notReady(
      `${region}: EBS encryption by default`,
      'on',
      'off: nobody else can start an encrypted image',
      `aws ec2 disable-ebs-encryption-by-default --region ${region}, in an account that only hosts; or bake with --share nobody`,
    ),
  ];
}

/** Source: EC2 User Guide, "Block public access for AMIs". */
async function publicAccess({ ec2 }: Clients, region: string, signal: AbortSignal): Promise<BakeFault[]> {
  const command = new GetImageBlockPublicAccessStateCommand({});
  const { ImageBlockPublicAccessState } = await ec2(region).send(command, { abortSignal: signal });
  if (ImageBlockPublicAccessState === 'unblocked') return [];
  return [
    notReady(
      `${region}: block public access for AMIs`,
      ImageBlockPublicAccessState ?? 'no answer',
      'unblocked',
      `aws ec2 disable-image-block-public-access --region ${region}, and wait some minutes; or bake with --share nobody`,
    ),
  ];
}

async function quota(
  { ec2, serviceQuotas }: Clients,
  region: string,
  wanted: readonly MachineIdentity[],
  signal: AbortSignal,
): Promise<BakeFault[]> {
  const options = { abortSignal: signal };
  const mine = new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name: 'is-public', Values: ['true'] }] });
  const [{ Quota }, { Images = [] }] = await Promise.all([
    serviceQuotas(region).send(new GetServiceQuotaCommand(PUBLIC_AMIS), options),
    ec2(region).send(mine, options),
  ]);
  const there = new Set(Images.map(({ Name }) => Name));
  const more = wanted.filter(({ amiName }) => !there.has(amiName)).length;
  const value = Quota?.Value ?? 0;
  if (Images.length + more <= value) return [];
  const { ServiceCode, QuotaCode } = PUBLIC_AMIS;
  const command = `aws service-quotas request-service-quota-increase --service-code ${ServiceCode} --quota-code ${QuotaCode} --region ${region}`;
  return [
    notReady(
      `${region}: public AMIs`,
      `${Images.length} of ${value}`,
      `room for ${more} more`,
      `${command} --desired-value ${Math.max(value * 2, Images.length + more)}; or retire old ones: npm run release -- images gc`,
    ),
  ];
}

export function notReady(where: string, received: string, expected: string, remedy: string): BakeFault {
  return { code: 'host-not-ready', where, received, expected, remedy };
}
