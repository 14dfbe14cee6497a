import { join } from 'node:path';
import { type AwsHost, FaultError, type ImageInterface, type ImageLock, parseDocument } from '@bitclouded/documents';
import { ProvisionError, serviceFault } from '@bitclouded/provisioner';
import { findPacker } from '../../tools/packer/find-packer.ts';
import { PackerError } from '../../tools/packer/packer-error.ts';
import { type AwsClients, openAwsClients } from '../host/aws-clients.ts';
import { awsHostOf } from '../host/aws-host-of.ts';
import type { Architecture } from '../images/builder.ts';
import { LOCK_FILE } from '../images/write-lock.ts';
import { bake } from '../machines/bake.ts';
import { identityOf, type MachineIdentity, machineBase } from '../machines/machine-identity.ts';
import { newestBase, type Share } from '../machines/machine-images.ts';
import { faultsOfRegions, notReady } from '../machines/preflight-bake.ts';
import type { PackerProgram } from '../machines/run-packer.ts';
import { writeMachineLock } from '../machines/write-machine-lock.ts';
import { readIfThere } from '../read-files.ts';
import { ReleaseError } from '../release-error.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';
import { faceOf } from './image-unit.ts';

export interface BakeFlags {
  /** `public`, `nobody`, or numbers of accounts separated by commas. */
  readonly share?: string | undefined;
  /** A part of one of the bases that `image.ts` names, such as `26.04`. */
  readonly base?: string | undefined;
}

const POLL_MS = 5_000;

/** Bakes a machine image into every region of a host, and locks it. */
export async function bakeImageCommand(context: CommandContext, name: string, flags: BakeFlags): Promise<Outcome> {
  const host = awsHostOf(context.host);
  const share = shareOf(flags.share ?? 'public');
  const face = await faceOf(context, name, ['machine'], 'npm run release -- images build, push or mirror');
  const base = baseOf(face, flags.base);
  const clients = openAwsClients();
  try {
    const { machines, packer } = await prepare(context, host, clients, { face, base, share });
    if (context.dryRun) return wouldBake(host, machines);
    return await bakeAll(context, host, clients, { face, machines, packer, share });
  } catch (cause) {
    if (cause instanceof FaultError) throw cause;
    const fault = serviceFault(cause, `image ${name}`);
    throw fault === undefined ? cause : new ProvisionError(fault, { cause });
  } finally {
    clients.destroy();
  }
}

interface Machine {
  readonly identity: MachineIdentity;
  readonly baseAmi: string;
}

/** @throws ReleaseError `host-not-ready` with everything that is in the way, before anything is made */
async function prepare(
  context: CommandContext,
  host: AwsHost,
  clients: AwsClients,
  { face, base, share }: { readonly face: ImageInterface; readonly base: string; readonly share: Share },
): Promise<{ readonly machines: readonly Machine[]; readonly packer: PackerProgram }> {
  const { workspace, signal } = context;
  const packer = await findPacker(workspace).catch((cause: unknown) => {
    if (!(cause instanceof PackerError)) throw cause;
    return cause;
  });
  const bases = await basesOf(context, host, clients, base, face.architectures);
  const machines = bases.flatMap(({ architecture, ami }) =>
    ami === undefined ? [] : [{ identity: identityOf(host, face, architecture, ami), baseAmi: ami }],
  );
  const wanted = machines.map(({ identity }) => identity);
  const faults = [
    ...(packer instanceof PackerError
      ? packer.faults.map(({ where, received, expected, remedy }) => notReady(where, received, expected, remedy))
      : []),
    ...bases.flatMap(({ architecture, ami, received, remedy }) =>
      ami === undefined
        ? [notReady(`base of ${face.name} for ${architecture}`, received, `${base} in ${host.homeRegion}`, remedy)]
        : [],
    ),
    ...(await faultsOfRegions(host, clients, wanted, share, signal)),
  ];
  if (faults.length > 0 || packer instanceof PackerError) throw new ReleaseError(faults);
  return { machines, packer };
}

interface FoundBase {
  readonly architecture: Architecture;
  readonly ami: string | undefined;
  /** Where there is none: why, and what to do. */
  readonly received: string;
  readonly remedy: string;
}

/** What is to be built on, for each architecture: the newest of its owner's, or what this host has by a lock. */
async function basesOf(
  context: CommandContext,
  host: AwsHost,
  clients: Pick<AwsClients, 'ec2'>,
  base: string,
  architectures: readonly Architecture[],
): Promise<readonly FoundBase[]> {
  const wanted = machineBase(base, host.homeRegion);
  if (wanted.kind === 'image') {
    const { contextSha256 } = await faceOf(context, wanted.image, ['machine'], 'build on a machine image');
    const locked = await lockOf(context.workspace, wanted.image);
    const isStale = locked !== undefined && locked.contextSha256 !== contextSha256;
    const here = isStale ? undefined : locked?.machines?.[host.name]?.[host.homeRegion];
    const received = isStale ? 'a lock of another definition' : `no lock that names it on ${host.name}`;
    const remedy = `npm run release -- images bake ${wanted.image} --host ${host.name}, first`;
    return architectures.map((architecture) => ({ architecture, ami: here?.[architecture], received, remedy }));
  }
  const remedy = 'correct the name in bases of image.ts: its owner publishes none in this region';
  return Promise.all(
    architectures.map(async (architecture) => ({
      architecture,
      ami: await newestBase(clients.ec2(host.homeRegion), wanted, architecture, context.signal),
      received: 'no such image',
      remedy,
    })),
  );
}

async function lockOf(workspace: string, image: string): Promise<ImageLock | undefined> {
  const path = join(workspace, 'packages/images', image, LOCK_FILE);
  const bytes = await readIfThere(path);
  return bytes && parseDocument('image-lock', bytes, path);
}

async function bakeAll(
  { workspace, signal, emit, output, verbose }: CommandContext,
  host: AwsHost,
  clients: AwsClients,
  work: {
    readonly face: ImageInterface;
    readonly machines: readonly Machine[];
    readonly packer: PackerProgram;
    readonly share: Share;
  },
): Promise<Outcome> {
  const { face, machines, packer, share } = work;
  const folder = join(workspace, 'packages/images', face.name);
  const endpoint = process.env.AWS_ENDPOINT_URL_EC2 ?? process.env.AWS_ENDPOINT_URL;
  const steps: string[] = [];
  const done = await bake(
    {
      host,
      clients,
      machines,
      share,
      packer: { packer, folder, endpoint, output: verbose ? output : () => undefined },
      report(step) {
        steps.push(step);
        emit({ type: 'stage-started', stage: 'image', subject: step });
      },
      pollMs: POLL_MS,
    },
    signal,
  );
  const locked = await writeMachineLock(folder, face, host.name, done);
  const summary =
    steps.length === 0 ? `${face.name} is everywhere already` : `${face.name}: ${counted(steps.length, 'step')}`;
  emit({ type: 'stage-finished', stage: 'image', summary });
  return {
    document: { name: face.name, version: face.version, machines: done, steps, lockWritten: locked },
    lines: [
      summary,
      ...Object.entries(done).flatMap(([region, amis]) =>
        Object.entries(amis).map(([architecture, ami]) => `  ${region}  ${architecture}  ${ami}`),
      ),
      ...(locked ? [`Commit ${join(folder, LOCK_FILE)}: templates take the image by it`] : []),
    ],
  };
}

function wouldBake(host: AwsHost, machines: readonly Machine[]): Outcome {
  const names = machines.map(({ identity }) => identity.amiName);
  return {
    document: { images: names, regions: host.regions },
    lines: names.map((name) => `would be in ${host.regions.join(', ')}: ${name}`),
  };
}

function shareOf(text: string): Share {
  if (text === 'public') return { with: 'everybody' };
  if (text === 'nobody') return { with: 'nobody' };
  const accounts = text.split(',');
  if (accounts.every((account) => /^\d{12}$/.test(account))) return { with: 'accounts', accounts };
  throw wrong('--share', text, 'public, nobody, or numbers of accounts separated by commas');
}

function baseOf({ name, bases }: ImageInterface, wanted: string | undefined): string {
  const fitting = wanted === undefined ? bases.slice(0, 1) : bases.filter((base) => base.includes(wanted));
  if (fitting.length === 1) return fitting[0]!;
  throw wrong('--base', wanted ?? 'nothing', `a part of one base of ${name}: ${bases.join(', ')}`);
}

function wrong(where: string, received: string, expected: string): ReleaseError {
  return new ReleaseError({ code: 'parameter-invalid', where, received, expected, remedy: `correct ${where}` });
}
