/**
 * Baking around Packer: the pinned Packer itself against moto's EC2, which makes an AMI of a machine that it only
 * records. Proved: what is made where, with which tags and permissions, in what order, and that a bake that was killed
 * at any step goes on there. Not proved: what a real machine does; `provision.e2e.ts` shows that.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DescribeImageAttributeCommand, DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { type AwsClients, openAwsClients } from '../../../release/host/aws-clients.ts';
import { identityOf } from '../../../release/machines/machine-identity.ts';
import { newestBase, type Share } from '../../../release/machines/machine-images.ts';
import { faultsOfRegions } from '../../../release/machines/preflight-bake.ts';
import { BASE, BOX, bakeBox, HOST, OTHER_BASE } from './box-bake.ts';
import { type Call, type Ec2, startEc2 } from './start-ec2.ts';

const signal = new AbortController().signal;
const PUBLIC: Share = { with: 'everybody' };
let environment: NodeJS.ProcessEnv;
let ec2: Ec2;
let clients: AwsClients;

beforeAll(async () => {
  environment = process.env;
  ec2 = await startEc2();
  process.env = { ...environment, ...ec2.env };
  clients = openAwsClients();
}, 60_000);
afterAll(async () => {
  clients?.destroy();
  process.env = environment;
  await ec2?.stop();
});
beforeEach(() => ec2.reset());

async function imagesIn(region: string) {
  const { Images = [] } = await clients.ec2(region).send(new DescribeImagesCommand({ Owners: ['self'] }));
  return Images.filter(({ Name }) => Name?.startsWith('acme/box/'));
}

const made = (action: string): readonly Call[] => ec2.calls.filter((call) => call.action === action);

/** One image in each region, marked, public, named by a parameter: what a whole bake comes to. */
async function expectWhole(): Promise<void> {
  for (const region of HOST.regions) {
    const images = await imagesIn(region);
    expect(images).toHaveLength(1);
    const [image] = images;
    expect(Object.fromEntries(image!.Tags!.map(({ Key, Value }) => [Key, Value]))).toMatchObject({
      'bitclouded:host': 'acme',
      'bitclouded:image': 'box',
      'bitclouded:context': BOX.contextSha256,
    });
    expect([image!.Public, image!.ImdsSupport]).toEqual([true, 'v2.0']);
    const command = new GetParameterCommand({ Name: '/acme/images/box/x86_64' });
    expect((await clients.ssm(region).send(command)).Parameter?.Value).toBe(image!.ImageId);
  }
}

test('bakes once, copies to every region, shares, and has nothing to do a second time', async () => {
  const steps: string[] = [];
  const machines = await bakeBox(PUBLIC, steps);
  await expectWhole();
  expect(Object.keys(machines).sort()).toEqual([...HOST.regions].sort());
  for (const region of HOST.regions) expect(machines[region]).toEqual({ x86_64: (await imagesIn(region))[0]!.ImageId });
  expect(
    made('CopyImage')
      .map(({ region }) => region)
      .sort(),
  ).toEqual(['ap-northeast-1', 'eu-central-1', 'us-east-1']);
  expect(made('CreateImage')).toHaveLength(1);
  expect(made('TerminateInstances')).toHaveLength(1);

  const again: string[] = [];
  const before = ec2.calls.length;
  expect(await bakeBox(PUBLIC, again)).toEqual(machines);
  expect(again).toEqual([]);
  const asked = ec2.calls.slice(before).map(({ action }) => action);
  expect(asked.filter((action) => !/^(?:Describe|Get)/.test(action))).toEqual([]);
});

test('another base makes another image, beside the first', async () => {
  await bakeBox(PUBLIC, []);
  await bakeBox(PUBLIC, [], OTHER_BASE);
  for (const region of HOST.regions) expect(await imagesIn(region)).toHaveLength(2);
});

test('shares with accounts alone, or with nobody', async () => {
  await bakeBox({ with: 'accounts', accounts: ['111122223333'] }, []);
  const [image] = await imagesIn('us-east-1');
  const command = new DescribeImageAttributeCommand({ ImageId: image!.ImageId!, Attribute: 'launchPermission' });
  const { LaunchPermissions } = await clients.ec2('us-east-1').send(command);
  expect([image!.Public, LaunchPermissions]).toEqual([false, [{ UserId: '111122223333' }]]);
  await ec2.reset();
  await bakeBox({ with: 'nobody' }, []);
  expect((await imagesIn('us-east-1'))[0]!.Public).toBe(false);
});

test('everything that Packer makes carries the mark of the host from its first moment', async () => {
  await bakeBox(PUBLIC, []);
  for (const action of ['RunInstances', 'CreateImage', 'CopyImage'])
    for (const { parameters } of made(action)) {
      const text = [...parameters].map((pair) => pair.join('=')).join('\n');
      expect([action, text]).toEqual([
        action,
        expect.stringMatching(/^TagSpecification\.1\.Tag\.\d+\.Key=bitclouded:host$/m),
      ]);
    }
});

/** Actions that change something and that a bake makes, in the order of their first time. */
const STEPS = ['RunInstances', 'CreateImage', 'CopyImage', 'ModifyImageAttribute', 'PutParameter'];
const kills: [string, number][] = STEPS.map((action) => [action, 1]);
if (process.env.E2E_FULL) for (const action of STEPS.slice(2)) kills.push([action, 2], [action, 3]);

test.each(kills)('killed after %s number %d, it goes on there', async (action, nth) => {
  let seen = 0;
  const child = spawn(process.execPath, [join(__dirname, 'bake-program.ts')], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: process.env,
  });
  const ended = once(child, 'exit');
  ec2.state.after = async (call) => {
    if (call.action !== action || ++seen !== nth) return;
    // With Packer and its plugin, which are of the same group.
    process.kill(-child.pid!, 'SIGKILL');
    await ended;
  };
  expect(await ended).toEqual([null, 'SIGKILL']);
  ec2.state.after = () => undefined;
  await bakeBox(PUBLIC, []);
  await expectWhole();
  expect(made('CreateImage')).toHaveLength(1);
});

test('before anything is made, names every region whose settings would make it useless, with the remedy', async () => {
  ec2.state.quotas = { 'us-east-1': 0 };
  ec2.state.encrypting = ['eu-central-1'];
  ec2.state.blocking = ['ap-northeast-1', 'eu-west-1'];
  const baseAmi = (await newestBase(clients.ec2(HOST.homeRegion), BASE, 'x86_64', signal))!;
  const wanted = [identityOf(HOST, BOX, 'x86_64', baseAmi)];
  const faults = await faultsOfRegions(HOST, clients, wanted, PUBLIC, signal);
  expect(faults.map(({ code, where }) => `${code} ${where}`).sort()).toEqual([
    'host-not-ready ap-northeast-1: block public access for AMIs',
    'host-not-ready eu-central-1: EBS encryption by default',
    'host-not-ready eu-west-1: block public access for AMIs',
    'host-not-ready us-east-1: public AMIs',
  ]);
  for (const { remedy } of faults) expect(remedy).toMatch(/^aws /);
  expect(ec2.calls.map(({ action }) => action).filter((action) => !/^(?:Describe|Get)/.test(action))).toEqual([]);
  // What is kept to oneself may be encrypted, and needs no leave to be public.
  expect(await faultsOfRegions(HOST, clients, wanted, { with: 'nobody' }, signal)).toEqual([]);
});

test('an image that is public already needs no more room', async () => {
  await bakeBox(PUBLIC, []);
  ec2.state.quotas = Object.fromEntries(HOST.regions.map((region) => [region, 1]));
  const baseAmi = (await newestBase(clients.ec2(HOST.homeRegion), BASE, 'x86_64', signal))!;
  const wanted = [identityOf(HOST, BOX, 'x86_64', baseAmi)];
  expect(await faultsOfRegions(HOST, clients, wanted, PUBLIC, signal)).toEqual([]);
  const others = [identityOf(HOST, { ...BOX, contextSha256: 'd'.repeat(64) }, 'x86_64', baseAmi)];
  expect(await faultsOfRegions(HOST, clients, others, PUBLIC, signal)).toHaveLength(HOST.regions.length);
});
