import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BIN = join(__dirname, '..', 'bin.ts');
const VOLUME =
  'Resources:\n  Data:\n    Type: AWS::EC2::Volume\n    Properties: { Size: 1, AvailabilityZone: !Ref Zone, VolumeType: gp3, Encrypted: true, Nope: 1 }\nParameters:\n  Zone: { Type: String }\n';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'with-engines-')));
  writeFileSync(join(folder, 'volume.yaml'), VOLUME);
  writeFileSync(join(folder, 'good.yaml'), 'Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n');
  writeFileSync(join(folder, 'not-a-template.yaml'), 'Resources: 1\n');
  writeFileSync(
    join(folder, 'sized.guard'),
    "rule sized {\n  Resources.*[ Type == 'AWS::EC2::Volume' ] { Properties.Size >= 10 <<too small>> }\n}\n",
  );
  writeFileSync(join(folder, 'broken.guard'), 'rule {{');
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'check', '--profile', 'public', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

it('shows apart what another engine finds, and ends with 1 though no standard is broken', () => {
  const { code, out } = run('--with', 'cloudformation-validate', 'volume.yaml');
  expect(code).toBe(1);
  expect(out).toMatch(/^cloudformation-validate \d+\.\d+\.\d+: 1 further finding$/m);
  expect(out).toContain('error cloudformation-validate/F3002  Properties.Nope');
  expect(out).toContain('1 file: no finding (profile public)');
});

it('runs rules in the Guard language without being told by whom', () => {
  const { code, out } = run('--guard', 'sized.guard', '--json', 'volume.yaml');
  expect(code).toBe(1);
  const [engine] = JSON.parse(out).engines;
  expect(engine.name).toBe('cloudformation-validate');
  expect(engine.findings.map(({ rule }: { rule: string }) => rule).sort()).toEqual(['F3002', 'sized']);
});

it('writes a run for each engine into SARIF, each once', () => {
  const { out } = run('--with', 'cdk-nag', '--with', 'cdk-nag', '--sarif', 'good.yaml');
  const names = JSON.parse(out).runs.map(({ tool }: { tool: { driver: { name: string } } }) => tool.driver.name);
  expect(names).toEqual(['bitclouded check', 'cdk-nag']);
});

it('still reports what is no template', () => {
  const { code, out } = run('--with', 'cdk-nag', 'not-a-template.yaml', 'good.yaml');
  expect(code).toBe(2);
  expect(out).toContain('not-a-template.yaml:1:1: error not-a-template');
  expect(out).toContain('cdk-nag/AwsSolutions-SQS4');
});

it.each([
  [['--with', 'cfn-lint=/nowhere/cfn-lint'], 'engine-missing', 'pip install cfn-lint'],
  [['--with', 'nope'], 'engine-unknown', 'cloudformation-validate, cfn-lint, cdk-nag'],
  [['--with', 'cdk-nag=/bin/true'], 'engine-unknown', 'cfn-lint=<path>'],
  [['--guard', 'broken.guard'], 'guard-invalid', 'Guard'],
  [['--guard', 'nowhere.guard'], 'path-unreadable', 'nowhere.guard'],
])('ends with 2 and says why: %j', (args, code, word) => {
  const result = run(...args, 'good.yaml');
  expect(result.code).toBe(2);
  expect(result.err).toContain(code);
  expect(result.err).toContain(word);
  expect(result.err).not.toMatch(/^\s+at /m);
});
