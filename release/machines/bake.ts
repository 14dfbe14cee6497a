import { setTimeout as pause } from 'node:timers/promises';
import { CopyImageCommand, type Image } from '@aws-sdk/client-ec2';
import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { AwsHost } from '@bitclouded/documents';
import pLimit from 'p-limit';
import type { AwsClients } from '../host/aws-clients.ts';
import { ReleaseError } from '../release-error.ts';
import { copyToken, type MachineIdentity, parameterName } from './machine-identity.ts';
import { finishImage, ownImage, type Share } from './machine-images.ts';
import { type PackerBuild, runPacker } from './run-packer.ts';
import type { MachinesOfHost } from './write-machine-lock.ts';

export interface BakeRequest {
  readonly host: AwsHost;
  readonly clients: Pick<AwsClients, 'ec2'> & { readonly ssm: (region: string) => SSMClient };
  readonly machines: readonly { readonly identity: MachineIdentity; readonly baseAmi: string }[];
  readonly share: Share;
  readonly packer: Pick<PackerBuild, 'packer' | 'folder' | 'endpoint' | 'output'>;
  /** Told what is done; what is found done is not told. */
  readonly report: (step: string) => void;
  /** Between two looks at an image that is being made. */
  readonly pollMs: number;
}

/** Copies at once; EC2 copies to a region in its own time. */
const REGIONS_AT_ONCE = 8;

/**
 * Brings a machine image into every region of a host: baked in the home region, copied, shared, named by parameters.
 * Each step is looked for before it is done, by the image's name and tags, so that a bake that was cut off goes on
 * where it was, on any machine.
 * @returns what the lock says of the host
 * @throws ReleaseError `machine-bake-failed`, `machine-image-failed`; what the services say
 */
export async function bake(request: BakeRequest, signal: AbortSignal): Promise<MachinesOfHost> {
  const { host, machines } = request;
  const found = await Promise.all(
    machines.map(async (machine) => {
      const home = await bakeAtHome(request, machine, signal);
      return { machine, byRegion: await bringEverywhere(request, machine.identity, home, signal) };
    }),
  );
  return Object.fromEntries(
    host.regions.map((region) => [
      region,
      Object.fromEntries(found.map(({ machine, byRegion }) => [machine.identity.architecture, byRegion.get(region)!])),
    ]),
  );
}

async function bakeAtHome(
  request: BakeRequest,
  { identity, baseAmi }: BakeRequest['machines'][number],
  signal: AbortSignal,
): Promise<Image> {
  const { host, report, packer } = request;
  const there = await ownImage(request.clients.ec2(host.homeRegion), identity.amiName, signal);
  if (there.image === undefined) {
    report(`bake ${identity.amiName} in ${host.homeRegion}`);
    await runPacker({ ...packer, identity, baseAmi, region: host.homeRegion }, signal);
  }
  return untilAvailable(request, identity, host.homeRegion, there.failed, signal);
}

async function bringEverywhere(
  request: BakeRequest,
  identity: MachineIdentity,
  home: Image,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { host, clients, share } = request;
  const limit = pLimit(REGIONS_AT_ONCE);
  const pairs = await settled(
    host.regions.map((region) =>
      limit(async (): Promise<[string, string]> => {
        const image = region === host.homeRegion ? home : await copied(request, identity, home, region, signal);
        await finishImage(clients.ec2(region), image, identity.tags, share, signal);
        await nameByParameter(request, identity, region, image.ImageId!, signal);
        return [region, image.ImageId!];
      }),
    ),
  );
  return new Map(pairs);
}

/** Waits for all, so that nothing runs on behind an error; then throws the first one. */
async function settled<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function copied(
  request: BakeRequest,
  identity: MachineIdentity,
  home: Image,
  region: string,
  signal: AbortSignal,
): Promise<Image> {
  const { host, clients, report } = request;
  const { image, failed } = await ownImage(clients.ec2(region), identity.amiName, signal);
  if (image === undefined) {
    report(`copy ${identity.amiName} to ${region}`);
    const Tags = Object.entries(identity.tags).map(([Key, Value]) => ({ Key, Value }));
    const command = new CopyImageCommand({
      Name: identity.amiName,
      Description: home.Description,
      SourceImageId: home.ImageId!,
      SourceRegion: host.homeRegion,
      ClientToken: copyToken(identity.amiName, home.ImageId!, region, failed),
      TagSpecifications: [
        { ResourceType: 'image', Tags },
        { ResourceType: 'snapshot', Tags },
      ],
    });
    await clients.ec2(region).send(command, { abortSignal: signal });
  }
  return untilAvailable(request, identity, region, failed, signal);
}

/** An image is listed a moment after it was asked for, and can be started when its snapshots are whole. */
async function untilAvailable(
  { clients, pollMs }: BakeRequest,
  { image: name, amiName }: MachineIdentity,
  region: string,
  failedBefore: number,
  signal: AbortSignal,
): Promise<Image> {
  for (;;) {
    const { image, failed } = await ownImage(clients.ec2(region), amiName, signal);
    if (image?.State === 'available') return image;
    if (image === undefined && failed > failedBefore)
      throw new ReleaseError({
        code: 'machine-image-failed',
        where: `image ${name} in ${region}`,
        received: `${amiName}: failed`,
        expected: 'an image that is available',
        remedy: 'run the same command again: it makes another one',
      });
    await pause(pollMs, undefined, { signal });
  }
}

async function nameByParameter(
  { host, clients, report }: BakeRequest,
  { image, architecture }: MachineIdentity,
  region: string,
  ami: string,
  signal: AbortSignal,
): Promise<void> {
  const ssm = clients.ssm(region);
  const Name = parameterName(host, image, architecture);
  const options = { abortSignal: signal };
  let now: string | undefined;
  try {
    now = (await ssm.send(new GetParameterCommand({ Name }), options)).Parameter?.Value;
  } catch (error) {
    if ((error as Error).name !== 'ParameterNotFound') throw error;
  }
  if (now === ami) return;
  report(`${Name} is ${ami} in ${region}`);
  const command = new PutParameterCommand({
    Name,
    Value: ami,
    Type: 'String',
    DataType: 'aws:ec2:image',
    Overwrite: true,
  });
  await ssm.send(command, options);
}
