import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPaths } from '../../../tools/e2e/paths.ts';
import { runProgram } from '../../../tools/e2e/run-program.ts';
import { standardNames } from '../load-standards.ts';
import { cfnLint } from './cfn-lint.ts';
import { cloudformationValidate } from './cloudformation-validate.ts';
import { rulesLike } from './same-rules.ts';

const program = join(findPaths().programs, 'cfn-lint');
const bucket = (properties: string) =>
  `Resources:\n  Data:\n    Type: AWS::S3::Bucket\n    Properties: ${properties}\n`;
const given = (file: string, text: string) => ({ file, bytes: Buffer.from(text) });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cfn-lint e2e-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('cfn-lint as it is installed', () => {
  it('finds the faults of many templates in one process, whatever they are called, and leaves nothing behind', async () => {
    const engine = await cfnLint(program, folder, { notes: false });
    expect(engine.version).toMatch(/^1\.\d+\.\d+$/);
    const before = await readdir(tmpdir());
    const { findings } = await engine.check([
      given('--help', bucket('{ Nope: 1 }')),
      given('[a]*.yaml', bucket('{ AccessControl: Private, Nein: 1 }')),
      given('good.json', '{\n\t"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}'),
    ]);
    expect(findings.map(({ file, rule, severity, logicalId }) => [file, rule, severity, logicalId]).sort()).toEqual([
      ['--help', 'E3002', 'error', 'Data'],
      ['[a]*.yaml', 'E3002', 'error', 'Data'],
      ['[a]*.yaml', 'W3045', 'warning', 'Data'],
    ]);
    const left = (await readdir(tmpdir())).filter((name) => !before.includes(name));
    expect(left.filter((name) => name.startsWith('bitclouded-check-'))).toEqual([]);
  });

  it('heeds the .cfnlintrc of the working folder', async () => {
    await writeFile(join(folder, '.cfnlintrc'), 'ignore_checks: [W3045]\n');
    const engine = await cfnLint(program, folder, { notes: false });
    const { findings } = await engine.check([given('a.yaml', bucket('{ AccessControl: Private }'))]);
    expect(findings).toEqual([]);
  });

  it("has every rule that is said to be like a standard, or AWS's validator has it", async () => {
    const { stdout } = await runProgram(program, ['--list-rules']);
    const known = new Set([
      ...(stdout.match(/^[EWI]\d{4}/gm) ?? []),
      ...cloudformationValidate([process.cwd()], { notes: true }).rules(),
    ]);
    const rules = standardNames(join(__dirname, '../rules')).flatMap((name) => rulesLike(name, 'cfn-lint'));
    expect(rules.filter((rule) => !known.has(rule))).toEqual([]);
  });
});
