import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
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

  it('explains a standard', () => {
    const { code, out } = run('check', '--standard', 'ebs-encrypted');
    expect(code).toBe(0);
    expect(out).toMatch(/^ebs-encrypted \(standard 2, error, for everyone\)/);
    expect(run('check', '--standard', 'nope')).toMatchObject({
      code: 2,
      err: expect.stringContaining('standard-unknown'),
    });
  });

  it('ends with 2 and says what it does not understand, and never shows a stack', () => {
    const calls = [
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
    for (const word of ['Exit codes:', 'Examples:', '--profile', '--sarif']) expect(out).toContain(word);
  });
});
