/** `images bake` and `images gc` as programs, in a clone of the repository with a host and an image of their own. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloneRepository } from '../clones.ts';
import { findPaths } from '../paths.ts';
import { runProgram } from '../run-program.ts';
import { BASE, HOST } from './box-bake.ts';
import { type Ec2, startEc2 } from './start-ec2.ts';

const REGIONS = ['eu-west-1', 'us-east-1', 'ap-northeast-1', 'eu-central-1'];
let folder: string;
let workspace: string;
let ec2: Ec2;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitclouded-bake-'));
  [workspace, ec2] = await Promise.all([cloneRepository(folder, 'clone'), startEc2()]);
  const { name, ...host } = HOST;
  const hosts = JSON.stringify({ [name]: host });
  await writeFile(
    join(workspace, 'bitclouded.config.ts'),
    `import { defineConfig } from '@bitclouded/documents';\nexport default defineConfig({ hosts: ${hosts} });\n`,
  );
  await addImage('box', `canonical/${BASE.name}`);
  await addImage('box-on-box', 'box');
}, 120_000);
afterAll(async () => {
  await ec2?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => ec2.reset());

async function addImage(name: string, base: string): Promise<void> {
  const to = join(workspace, 'packages/images', name);
  await mkdir(to, { recursive: true });
  await cp(join(findPaths().repository, 'tools/e2e/machines/box/image.pkr.hcl'), join(to, 'image.pkr.hcl'));
  const recipe = await readFile(join(to, 'image.pkr.hcl'), 'utf8');
  await writeFile(join(to, 'image.pkr.hcl'), `# ${base}\n${recipe}`);
  await writeFile(join(to, 'README.md'), `# ${name}\n`);
  const definition = {
    ...{ name, summary: 'A box', variety: 'machine', version: '1.0' },
    ...{ architectures: ['x86_64'], bases: [base], smokeTest: ['true'] },
  };
  const text = `import { defineImage } from '@bitclouded/kit';\nexport default defineImage(${JSON.stringify(definition)});\n`;
  await writeFile(join(to, 'image.ts'), text);
}

const release = (...args: string[]) =>
  runProgram('node', ['release/bin.ts', 'images', ...args, '--host', HOST.name, '--json'], {
    cwd: workspace,
    env: { ...ec2.env, NX_DAEMON: 'false' },
  });

test('bakes an image and one on it, and writes their locks; a base that has no lock is refused', async () => {
  const early = await release('bake', 'box-on-box');
  expect([early.exitCode, JSON.parse(early.stdout)]).toMatchObject([
    2,
    { faults: [{ code: 'host-not-ready', remedy: expect.stringContaining('images bake box --host production') }] },
  ]);

  const first = await release('bake', 'box');
  expect([first.exitCode, first.stderr]).toEqual([0, expect.any(String)]);
  const { machines } = JSON.parse(first.stdout);
  const lock = JSON.parse(await readFile(join(workspace, 'packages/images/box/image.lock.json'), 'utf8'));
  expect(lock.machines).toEqual({ production: machines });
  expect(Object.keys(machines).sort()).toEqual([...REGIONS].sort());

  const again = await release('bake', 'box');
  expect(JSON.parse(again.stdout)).toMatchObject({ machines, steps: [], lockWritten: false });
  const upon = await release('bake', 'box-on-box');
  expect([upon.exitCode, JSON.parse(upon.stdout)]).toEqual([0, expect.objectContaining({ lockWritten: true })]);

  // What the lock names is of the definition before.
  const recipe = join(workspace, 'packages/images/box/image.pkr.hcl');
  await writeFile(recipe, `# Changed\n${await readFile(recipe, 'utf8')}`);
  const stale = await release('bake', 'box-on-box');
  expect([stale.exitCode, JSON.parse(stale.stdout)]).toMatchObject([
    2,
    { faults: [{ code: 'host-not-ready', received: 'a lock of another definition' }] },
  ]);
}, 200_000);

test('everything that is in the way is said at once, before a machine starts: exit code 2', async () => {
  ec2.state.quotas = { 'us-east-1': 0 };
  ec2.state.encrypting = ['eu-central-1'];
  ec2.state.blocking = ['eu-west-1'];
  const { exitCode, stdout } = await release('bake', 'box');
  const { faults } = JSON.parse(stdout) as { faults: { where: string }[] };
  expect([exitCode, faults.map(({ where }) => where).sort()]).toEqual([
    2,
    ['eu-central-1: EBS encryption by default', 'eu-west-1: block public access for AMIs', 'us-east-1: public AMIs'],
  ]);
  expect(ec2.calls.map(({ action }) => action)).not.toContain('RunInstances');
}, 100_000);

test('refuses a base and a share that are none, and a folder as a host', async () => {
  for (const args of [
    ['box', '--base', 'windows'],
    ['box', '--share', 'friends'],
  ]) {
    const { exitCode, stdout } = await release('bake', ...args);
    expect([exitCode, JSON.parse(stdout).faults[0].code]).toEqual([2, 'parameter-invalid']);
  }
}, 100_000);
