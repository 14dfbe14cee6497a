import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPaths } from '../e2e/paths.ts';
import { type Ended, runProgram } from '../e2e/run-program.ts';

const { repository } = findPaths();
const PACKAGE = join(repository, 'dist/cli');
const BAD =
  'Resources:\n  Data:\n    Type: AWS::EC2::Volume\n    Properties:\n      VolumeType: gp3\n      Encrypted: false\n';

let parent: string;
let folder: string;

/** The command as a stranger has it: packed, and installed into an empty folder without a network. */
beforeAll(async () => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), 'bitclouded cli ')));
  folder = join(parent, 'of a stranger');
  mkdirSync(folder);
  await succeed('npm', ['run', 'bundle'], repository);
  const [{ filename }] = JSON.parse(
    await succeed('npm', ['pack', '--json', '--pack-destination', parent, PACKAGE], parent),
  ) as [{ filename: string }];
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  await succeed('npm', ['install', '--offline', '--no-audit', '--no-fund', join(parent, filename)], folder);
  const files = {
    'clean.yaml': 'Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n',
    'bad.yaml': BAD,
    'broken.yaml': 'AWSTemplateFormatVersion: 2010-09-09\nResources:\n\tA: 1\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

async function succeed(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runProgram(program, args, { cwd });
  expect({ command: [program, ...args], exitCode, stderr: exitCode === 0 ? '' : stderr }).toMatchObject({
    exitCode: 0,
  });
  return stdout;
}

const run = (...args: string[]): Promise<Ended> => runProgram('npx', ['--no', 'bitclouded', ...args], { cwd: folder });

describe('the packed command', () => {
  it('needs no other package', () => {
    const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(installed).toEqual(['@bitclouded']);
    expect(readdirSync(join(folder, 'node_modules/@bitclouded'))).toEqual(['cli']);
  });

  it('says what is found in a template, by the profile for strangers, and ends as it does here', async () => {
    const found = await run('check', 'bad.yaml');
    expect(found.exitCode).toBe(1);
    expect(found.stdout).toContain('error ebs-encrypted');
    expect(found.stdout).toMatch(/\n1 file: 1 finding \(profile public\)\n$/);
    expect(await run('check', 'clean.yaml')).toMatchObject({
      exitCode: 0,
      stdout: '1 file: no finding (profile public)\n',
    });
    expect(await run('check', 'broken.yaml')).toMatchObject({ exitCode: 2 });
    const refused = await run('check', 'nowhere.yaml');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^nowhere\.yaml: path-missing/m);
  });

  it('writes JSON and SARIF', async () => {
    const json = JSON.parse((await run('check', '--json', '.')).stdout);
    expect(json).toMatchObject({ profile: 'public', summary: { files: 3, findings: 1, notTemplates: 1 } });
    const sarif = JSON.parse((await run('check', '--sarif', 'bad.yaml')).stdout);
    expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'ebs-encrypted' }] }] });
  });

  it('knows every standard, each by its name, and the profiles of files', async () => {
    const names = readdirSync(join(repository, 'packages/standards/rules')).map((file) => file.replace(/\.ts$/, ''));
    const standards = Object.fromEntries(names.map((name) => [name, name === 'gp3' ? 'error' : 'none']));
    writeFileSync(join(folder, 'profile.json'), JSON.stringify({ schema: 'bitclouded.profile/1', standards }));
    expect(await run('check', '--profile', 'profile.json', 'bad.yaml')).toMatchObject({ exitCode: 0 });
    const { stderr } = await run('check', '--standard', 'nope');
    for (const name of names) expect(stderr).toContain(name);
    expect((await run('check', '--standard', 'key-rotated')).stdout).toMatch(/^key-rotated \(standard 7/);
  });

  it('ships with our licence and those of all that is in it', () => {
    const read = (file: string): string => readFileSync(join(folder, 'node_modules/@bitclouded/cli', file), 'utf8');
    expect(read('LICENSE')).toContain('Apache License');
    for (const name of ['commander', 'yaml', 'zod'])
      expect(read('THIRD-PARTY-LICENSES.txt')).toMatch(new RegExp(`^${name} `, 'm'));
    expect(read('README.md')).toContain('bitclouded check');
  });

  it('has the same bytes when it is made again', async () => {
    const before = bytesOf(PACKAGE);
    rmSync(PACKAGE, { recursive: true });
    await succeed('npm', ['run', 'bundle'], repository);
    expect(bytesOf(PACKAGE)).toEqual(before);
    expect(Object.keys(before)).toContain('bitclouded.js');
    expect(statSync(join(PACKAGE, 'bitclouded.js')).mode & 0o111).toBe(0o111);
  });
});

function bytesOf(place: string): Record<string, string> {
  return Object.fromEntries(readdirSync(place).map((file) => [file, readFileSync(join(place, file), 'base64')]));
}
