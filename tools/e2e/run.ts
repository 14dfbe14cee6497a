/**
 * `npm run e2e [-- [--full] [jest's arguments]]`: the set-up, the repository's lints, then every `*.e2e.ts`.
 * A program. The last line is `N passed, N failed`; the exit code is 0 when nothing failed, 130 after Ctrl-C.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultError } from '@bitclouded/documents';
import { execa } from 'execa';
import { installTools } from './install.ts';
import { type RepositoryLint, repositoryLints } from './lints/repository-lints.ts';
import { findPaths, type Paths } from './paths.ts';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());

try {
  const paths = findPaths();
  const args = process.argv.slice(2);
  await installTools(paths, (step) => console.error(`installing ${step}`));
  const counts = await lint(await repositoryLints(paths));
  if (!interrupted.signal.aborted) counts.push(await test(paths, args));

  const total = counts.reduce((sum, each) => ({ passed: sum.passed + each.passed, failed: sum.failed + each.failed }));
  if (interrupted.signal.aborted) console.error('interrupted');
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = interrupted.signal.aborted ? 130 : Number(total.failed > 0);
} catch (error) {
  if (!(error instanceof FaultError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function lint(lints: readonly RepositoryLint[]): Promise<Count[]> {
  const counts: Count[] = [];
  for (const { name, files, check } of lints) {
    if (files.length === 0) {
      console.error(`${name}: no file to check`);
      continue;
    }
    const findings = await check();
    for (const { file, line, rule, message } of findings) console.error(`${file}:${line}: ${rule}: ${message}`);
    console.error(`${name}: ${files.length} files, ${findings.length} findings`);
    counts.push({ passed: Number(findings.length === 0), failed: Number(findings.length > 0) });
  }
  return counts;
}

/** Runs Jest as a child: its report goes to the terminal, its numbers come back in a file. */
async function test(paths: Paths, args: readonly string[]): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-e2e-'));
  const results = join(folder, 'results.json');
  const jest = [
    'node_modules/jest/bin/jest.js',
    '--config',
    'tools/e2e/jest.config.cjs',
    '--json',
    '--outputFile',
    results,
  ];
  try {
    await execa(process.execPath, [...jest, ...args.filter((arg) => arg !== '--full')], {
      cwd: paths.repository,
      env: args.includes('--full') ? { E2E_FULL: '1' } : {},
      stdin: 'inherit',
      // With --json Jest prints the results on stdout, and the report on stderr.
      stdout: 'ignore',
      stderr: 'inherit',
      reject: false,
      cancelSignal: interrupted.signal,
      forceKillAfterDelay: 10_000,
    });
    return await countOf(results);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  /** Files that failed before a test ran. */
  readonly numRuntimeErrorTestSuites: number;
  readonly success: boolean;
}

async function countOf(file: string): Promise<Count> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { passed: 0, failed: 1 };
  }
  const results = JSON.parse(text) as JestResults;
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return { passed: results.numPassedTests, failed: results.success ? failed : Math.max(failed, 1) };
}
