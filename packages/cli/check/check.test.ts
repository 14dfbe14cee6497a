import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BIN = join(__dirname, '..', 'bin.ts');
const CLEAN = 'Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n';
const BAD =
  'Resources:\n  Data:\n    Type: AWS::EC2::Volume\n    Properties:\n      VolumeType: gp3\n      Encrypted: false\n';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'check-')));
  const files = {
    'clean.yaml': CLEAN,
    'bad.yaml': BAD,
    'broken.yaml': 'AWSTemplateFormatVersion: 2010-09-09\nResources:\n\tA: 1\n',
    'other.json': '{"Resources": "of something else"}',
    'list.json': '[1, 2]',
    'profile.yaml': 'schema: bitclouded.profile/1\nstandards: { ebs-encrypted: none }\n',
    'wrong.yaml': 'schema: bitclouded.profile/1\nstandards: { nope: error }\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program as a shell would, with no terminal. */
function run(...args: string[]): { code: number; out: string; err: string } {
  try {
    const out = execFileSync(process.execPath, [BIN, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    return { code: 0, out, err: '' };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, out: stdout, err: stderr };
  }
}

describe('bitclouded check', () => {
  it('ends with 0 where nothing is found', () => {
    expect(run('check', 'clean.yaml')).toEqual({ code: 0, out: '1 file: no finding (profile public)\n', err: '' });
  });

  it('ends with 1 and shows the line with a caret, without colours in a pipe', () => {
    const { code, out } = run('check', 'bad.yaml', 'clean.yaml');
    expect(code).toBe(1);
    expect(out).toContain(
      'bad.yaml\n  Data (AWS::EC2::Volume)\n    error ebs-encrypted  Nothing here encrypts the volume\n',
    );
    expect(out).toContain('      6:18 |       Encrypted: false\n           |                  ^^^^^\n');
    expect(out).not.toContain('\u001b');
  });

  it('ends with 2 where a file is no template, and still reports the others', () => {
    const { code, out } = run('check', 'broken.yaml', 'bad.yaml');
    expect(code).toBe(2);
    expect(out).toContain('broken.yaml:3:1: error template-not-yaml');
    expect(out).toContain('ebs-encrypted');
    expect(run('check', 'list.json').out).toContain('list.json:1:1: error not-a-template');
  });

  it('searches a folder, and leaves there what is no CloudFormation', () => {
    const { code, out } = run('check', '--json', '.');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      schema: 'bitclouded.check/1',
      profile: 'public',
      summary: { files: 3, findings: 1, notTemplates: 1 },
      files: [{ file: 'bad.yaml' }, { file: 'broken.yaml' }, { file: 'clean.yaml' }],
    });
  });

  it('writes SARIF', () => {
    const { code, out } = run('check', '--sarif', 'bad.yaml');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'ebs-encrypted' }] }] });
  });

  it('takes a profile from a file, and refuses one that is wrong with its place', () => {
    expect(run('check', '--profile', 'profile.yaml', 'bad.yaml').code).toBe(0);
    const { code, err } = run('check', '--profile', 'wrong.yaml', 'bad.yaml');
    expect(code).toBe(2);
    expect(err).toContain('wrong.yaml:2:14: profile-invalid');
    expect(run('check', '--profile', 'all', 'clean.yaml').out).toContain('(profile all)');
  });

  it('writes a document to a file, and the text as ever', () => {
    const { code, out } = run('check', '--sarif', '--output', 'out.sarif', 'bad.yaml');
    expect(code).toBe(1);
    expect(out).toContain('error ebs-encrypted');
    expect(out).toContain('1 file: 1 finding (profile public)');
    const log = JSON.parse(readFileSync(join(folder, 'out.sarif'), 'utf8'));
    expect(log).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'ebs-encrypted' }] }] });
    expect(run('check', '--json', '--output', 'nowhere/out.json', 'bad.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('output-unwritable'),
    });
    expect(run('check', '--output', 'out.json', 'bad.yaml')).toMatchObject({ code: 2, out: '' });
  });

  it('passes over named files that are no CloudFormation where it is told to', () => {
    expect(run('check', 'clean.yaml', 'other.json', 'list.json').code).toBe(2);
    const passed = run('check', '--pass-over', 'clean.yaml', 'other.json', 'list.json');
    expect(passed).toEqual({ code: 0, out: '1 file: no finding (profile public)\n', err: '' });
    expect(run('check', '--pass-over', 'broken.yaml').code).toBe(2);
  });

  it('ends in order with 130 when it is interrupted', async () => {
    const many = join(folder, 'many');
    mkdirSync(many);
    for (let index = 0; index < 2000; index++) writeFileSync(join(many, `${index}.yaml`), BAD);
    const child = spawn(process.execPath, [BIN, 'check', 'many'], { cwd: folder, stdio: 'pipe' });
    const said: string[] = [];
    child.stderr.on('data', (text) => said.push(String(text)));
    child.stdout.resume().once('data', () => child.kill('SIGINT'));
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(said.join('')).toMatch(/^interrupted after \d+ of 2000 files\n$/);
    rmSync(many, { recursive: true });
  });

  it('explains a standard', () => {
    const { code, out } = run('check', '--standard', 'ebs-encrypted');
    expect(code).toBe(0);
    expect(out).toMatch(/^ebs-encrypted \(standard 2, error, for everyone\)/);
    expect(run('check', '--standard', 'catalogue').out).toMatch(
      /^catalogue \(standard 52, error, for this catalogue\)/,
    );
    expect(run('check', '--standard', 'nope')).toMatchObject({
      code: 2,
      err: expect.stringContaining('standard-unknown'),
    });
  });

  it('ends with 2 and says what it does not understand, and never shows a stack', () => {
    const calls = [
      ['chek'],
      ['check'],
      ['check', 'nowhere'],
      ['check', '--nope', 'x'],
      ['nope'],
      [],
      ['check', '--json', '--sarif', 'x'],
    ];
    for (const args of calls) {
      const { code, err } = run(...args);
      expect([args, code]).toEqual([args, 2]);
      expect(err).not.toBe('');
      expect(err).not.toMatch(/^\s+at /m);
    }
  });

  it('helps, with examples and exit codes', () => {
    const { code, out } = run('check', '--help');
    expect(code).toBe(0);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const word of ['Exit codes:', 'Examples:', '--profile', '--sarif']) expect(out).toContain(word);
  });
});

describe('bitclouded check of templates that belong together', () => {
  const member = (name: string, wiring: string): string => `Metadata:
  BitClouded:
    Template: ${name}
    Wiring: ${wiring}
Parameters:
  KeyArn: { Type: String, Default: '' }
Resources:
  Jobs:
    Type: AWS::SQS::Queue
`;
  const profile = 'schema: bitclouded.profile/1\nstandards: { catalogue: warning }\n';
  const wire = (from: string): string => `{ KeyArn: { From: ${from}, Output: KeyArn, Grade: optional } }`;

  beforeAll(() => {
    mkdirSync(join(folder, 'catalogue'));
    writeFileSync(join(folder, 'catalogue', 'keys.yaml'), member('base/keys', '{}'));
    writeFileSync(join(folder, 'catalogue', 'net.yaml'), member('net/work', wire('base/keys')));
    writeFileSync(join(folder, 'catalogue', 'app.yaml'), member('app/web', wire('base/lost')));
    writeFileSync(join(folder, 'together.yaml'), profile);
  });
  afterAll(() => rmSync(join(folder, 'catalogue'), { recursive: true }));

  it('holds them against each other, in every report, where the profile asks for it', () => {
    expect(run('check', 'catalogue').code).toBe(0);
    const { code, out } = run('check', '--profile', 'together.yaml', 'catalogue');
    expect(code).toBe(1);
    expect(out).toContain('catalogue/app.yaml\n  Template\n    warning catalogue  No template is called base/lost\n');
    expect(out).toContain('warning catalogue  base/keys has no output KeyArn\n');
    expect(out).toContain('3 files: 2 findings');

    const json = JSON.parse(run('check', '--json', '--profile', 'together.yaml', 'catalogue').out);
    expect(json.summary.findings).toBe(2);
    expect(json.files.map(({ findings }: { findings: unknown[] }) => findings.length)).toEqual([1, 0, 1]);
    const sarif = JSON.parse(run('check', '--sarif', '--profile', 'together.yaml', 'catalogue').out);
    const [{ results, tool }] = sarif.runs;
    expect(results.map(({ ruleId, level }: Record<string, string>) => [ruleId, level])).toEqual([
      ['catalogue', 'warning'],
      ['catalogue', 'warning'],
    ]);
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe('catalogue');
  });

  it('concludes nothing from a template that is not among named files', () => {
    const { out } = run('check', '--profile', 'together.yaml', 'catalogue/app.yaml', 'catalogue/keys.yaml');
    expect(out).toBe('2 files: no finding (profile together.yaml)\n');
    expect(run('check', '--profile', 'together.yaml', 'catalogue/net.yaml', 'catalogue/keys.yaml').code).toBe(1);
  });

  it('says nothing of one alone', () => {
    mkdirSync(join(folder, 'catalogue', 'one'));
    writeFileSync(join(folder, 'catalogue', 'one', 'app.yaml'), member('app/web', wire('base/lost')));
    expect(run('check', '--profile', 'together.yaml', 'catalogue/one').code).toBe(0);
    rmSync(join(folder, 'catalogue', 'one'), { recursive: true });
  });
});
