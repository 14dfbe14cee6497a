import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cfnLintFindings, type PeerName } from '@bitclouded/standards/borrowed';
import { type Measured, measure } from '../measure.ts';
import type { PythonLinters } from './python-linters.ts';

export const linterNames = ['bitclouded', 'cloudformation-validate', 'cfn-lint', 'cdk-nag', 'checkov'] as const;
export type LinterName = 'bitclouded' | PeerName;

/** One thing that a linter says of a template. */
export interface Said {
  /** The file's name, without its folder. */
  readonly file: string;
  /** Undefined where it concerns no resource. */
  readonly logicalId: string | undefined;
  readonly rule: string;
  readonly message: string;
}

/** What a linter says of many templates in one process, and what that took. */
export interface Run {
  readonly name: LinterName;
  readonly version: string;
  readonly measured: Measured;
  readonly said: readonly Said[];
  /** Templates that it cannot read. */
  readonly unread: number;
}

export interface Job {
  readonly repository: string;
  /** A folder that holds these templates alone. */
  readonly folder: string;
  /** Their names in it. */
  readonly files: readonly string[];
  /** Where outputs may lie. */
  readonly work: string;
  /** Whether what a linter calls informational counts, too. */
  readonly notes: boolean;
}

/** What a program writes for us; see run-engine.ts. */
export interface EngineOutput {
  readonly version: string;
  readonly said: readonly Said[];
  readonly unread: number;
}

/** Runs one linter on all templates of a folder, in a process of its own. */
export async function runLinter(name: LinterName, job: Job, python: PythonLinters): Promise<Run> {
  const output = join(job.work, name);
  mkdirSync(output, { recursive: true });
  const paths = job.files.map((file) => join(job.folder, file));
  if (name === 'bitclouded') return runOurs(job, paths, join(output, 'check.json'));
  if (name === 'cfn-lint') return runCfnLint(job, paths, join(output, 'matches.json'), python);
  if (name === 'checkov') return runCheckov(job, output, python);
  const file = join(output, 'said.json');
  const args = ['bench/linters/run-engine.ts', name, job.notes ? 'notes' : 'warnings', file, ...paths];
  const measured = await measureLinter('node', args, job);
  return { name, measured, ...(readJson(file) as EngineOutput) };
}

async function runOurs(job: Job, paths: readonly string[], file: string): Promise<Run> {
  const args = ['packages/cli/bin.ts', 'check', '--profile', 'public', '--json', '--output', file, ...paths];
  const measured = await measureLinter('node', args, job, [0, 1]);
  const { files } = readJson(file) as { files: { file: string; findings?: OurFinding[] }[] };
  return {
    name: 'bitclouded',
    version: 'of this repository',
    measured,
    said: files.flatMap((checked) =>
      (checked.findings ?? []).map(({ resource, standard, message }) => ({
        file: basename(checked.file),
        logicalId: resource?.logicalId,
        rule: standard,
        message,
      })),
    ),
    unread: files.filter(({ findings }) => findings === undefined).length,
  };
}
interface OurFinding {
  readonly resource: { readonly logicalId: string } | null;
  readonly standard: string;
  readonly message: string;
}

async function runCfnLint(
  job: Job,
  paths: readonly string[],
  file: string,
  { programs, versions }: PythonLinters,
): Promise<Run> {
  const options = ['--format', 'json', '--non-zero-exit-code', 'none', '--output-file', file];
  const notes = job.notes ? ['--include-checks', 'I'] : [];
  const measured = await measureLinter(join(programs, 'cfn-lint'), [...options, ...notes, '--', ...paths], job);
  return {
    name: 'cfn-lint',
    version: versions['cfn-lint']!,
    measured,
    said: cfnLintFindings(readFileSync(file, 'utf8')).map(({ file: path, logicalId, rule, message }) => ({
      file: basename(path),
      logicalId,
      rule,
      message,
    })),
    unread: 0,
  };
}

/** What checkov writes with `--output json`, as far as it is read here. */
interface CheckovReport {
  readonly summary: { readonly parsing_errors: number };
  readonly results?: { readonly failed_checks: readonly CheckovCheck[] };
}
interface CheckovCheck {
  readonly check_id: string;
  readonly check_name: string;
  readonly file_path: string;
  /** `AWS::S3::Bucket.Data`. */
  readonly resource: string;
}

async function runCheckov(job: Job, output: string, { programs, versions }: PythonLinters): Promise<Run> {
  const quiet = ['--compact', '--quiet', '--soft-fail', '--skip-download'];
  const args = ['--directory', job.folder, '--framework', 'cloudformation', '--output', 'json', ...quiet];
  const measured = await measureLinter(join(programs, 'checkov'), [...args, '--output-file-path', output], job);
  const reports = readdirSync(output).map((file) => readJson(join(output, file)) as CheckovReport | CheckovReport[]);
  const flat = reports.flat();
  return {
    name: 'checkov',
    version: versions.checkov!,
    measured,
    said: flat.flatMap(({ results }) =>
      (results?.failed_checks ?? []).map(({ check_id, check_name, file_path, resource }) => ({
        file: basename(file_path),
        logicalId: resource.split('.')[1],
        rule: check_id,
        message: check_name,
      })),
    ),
    unread: flat.reduce((sum, { summary }) => sum + (summary?.parsing_errors ?? 0), 0),
  };
}

/** Measures a linter in the repository's root; an exit code that is not listed is an error with its last words. */
async function measureLinter(program: string, args: readonly string[], job: Job, exitCodes = [0]): Promise<Measured> {
  const measured = await measure(program, args, { cwd: job.repository });
  if (exitCodes.includes(measured.exitCode)) return measured;
  throw new Error(`${program} ended with ${measured.exitCode}:\n${measured.output.slice(-4000)}`);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
