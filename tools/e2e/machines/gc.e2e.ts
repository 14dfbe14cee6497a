/** Retiring machine images, against moto's EC2. */
import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { type AwsClients, openAwsClients } from '../../../release/host/aws-clients.ts';
import { collectGarbage } from '../../../release/machines/gc.ts';
import { bakeBox, HOST } from './box-bake.ts';
import { type Ec2, startEc2 } from './start-ec2.ts';

const signal = new AbortController().signal;
const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);
let environment: NodeJS.ProcessEnv;
let ec2: Ec2;
let clients: AwsClients;

beforeAll(async () => {
  environment = process.env;
  ec2 = await startEc2();
  process.env = { ...environment, ...ec2.env };
  clients = openAwsClients();
}, 120_000);
afterAll(async () => {
  clients?.destroy();
  process.env = environment;
  await ec2?.stop();
});

test('deprecates, waits, and disables, what nobody names, in every region; what is named stays', async () => {
  const machines = await bakeBox({ with: 'everybody' }, []);
  const kept = machines['us-east-1']!.x86_64!;
  const run = (now: Date, dryRun = false) =>
    collectGarbage({ host: HOST, clients, named: new Set([kept]), locked: new Set(), now, dryRun }, signal);
  const actions = async (work: ReturnType<typeof run>) =>
    Object.fromEntries((await work).map(({ region, action }) => [region, action]));
  const others = (action: string) => ({
    'eu-west-1': action,
    'ap-northeast-1': action,
    'eu-central-1': action,
    'us-east-1': 'keep',
  });
  expect(await actions(run(inDays(1)))).toEqual(others('keep'));
  expect(await actions(run(inDays(61), true))).toEqual(others('deprecate'));
  expect(ec2.calls.map(({ action }) => action)).not.toContain('EnableImageDeprecation');
  expect(await actions(run(inDays(61)))).toEqual(others('deprecate'));
  expect(await actions(run(inDays(100)))).toEqual(others('keep'));
  expect(await actions(run(inDays(160)))).toEqual(others('disable'));
  expect(await actions(run(inDays(400)))).toEqual(others('keep'));

  const stateIn = async (region: string) => {
    const { Images = [] } = await clients.ec2(region).send(new DescribeImagesCommand({ Owners: ['self'] }));
    return Images.map(({ State }) => State);
  };
  expect(await stateIn('us-east-1')).toEqual(['available']);
  expect(await stateIn('eu-central-1')).toEqual(['disabled']);
  // Other images of the account are nobody's business here.
  const touched = ec2.calls
    .filter(({ action }) => action === 'DisableImage')
    .map(({ parameters }) => parameters.get('ImageId'));
  expect(touched.sort()).toEqual(
    Object.values(machines)
      .flatMap(({ x86_64 }) => (x86_64 === kept ? [] : [x86_64]))
      .sort(),
  );
}, 100_000);
