import { join } from 'node:path';
import type { AwsHost } from '@bitclouded/documents';
import { openAwsClients } from '../../../release/host/aws-clients.ts';
import { bake } from '../../../release/machines/bake.ts';
import { identityOf } from '../../../release/machines/machine-identity.ts';
import { newestBase, type Share } from '../../../release/machines/machine-images.ts';
import type { MachinesOfHost } from '../../../release/machines/write-machine-lock.ts';
import { findPacker } from '../../packer/find-packer.ts';
import { findPaths } from '../paths.ts';

export const HOST: AwsHost = {
  name: 'production',
  kind: 'aws',
  prefix: 'acme',
  account: '123456789012',
  homeRegion: 'eu-west-1',
  regions: ['eu-west-1', 'us-east-1', 'ap-northeast-1', 'eu-central-1'],
  registry: 'public.ecr.aws/acme',
};
/** The image that stands in for one of the catalogue: nothing provisions it. */
export const BOX = { name: 'box', version: '1.0', contextSha256: 'c'.repeat(64) };
/** Images of Canonical's that moto knows. */
const canonical = (name: string) => ({ kind: 'ami', owner: '099720109477', name }) as const;
export const BASE = canonical('ubuntu/images/hvm-ssd/ubuntu-xenial-16.04-*-server-*');
export const OTHER_BASE = canonical('ubuntu/images/hvm-ssd/ubuntu-trusty-14.04-*-server-*');
const POLL_MS = 100;

/** Bakes the box for x86_64, with AWS as the environment says. @returns what the lock would say of the host */
export async function bakeBox(
  share: Share,
  steps: string[],
  base = BASE,
  signal = new AbortController().signal,
): Promise<MachinesOfHost> {
  const { repository } = findPaths();
  const clients = openAwsClients();
  try {
    const baseAmi = (await newestBase(clients.ec2(HOST.homeRegion), base, 'x86_64', signal))!;
    return await bake(
      {
        host: HOST,
        clients,
        machines: [{ identity: identityOf(HOST, BOX, 'x86_64', baseAmi), baseAmi }],
        share,
        packer: {
          packer: await findPacker(repository),
          folder: join(repository, 'tools/e2e/machines/box'),
          endpoint: process.env.AWS_ENDPOINT_URL,
          output: () => undefined,
        },
        report: (step) => steps.push(step),
        pollMs: POLL_MS,
      },
      signal,
    );
  } finally {
    clients.destroy();
  }
}
