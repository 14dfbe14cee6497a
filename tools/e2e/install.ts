import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, FaultError } from '@bitclouded/documents';
import { buildPacker } from '../packer/build-packer.ts';
import { isPackerThere } from '../packer/find-packer.ts';
import { databasePackagesMissing, missingDatabasePackages } from './databases/programs.ts';
import { aptGet, canInstallDebianPackages, missingStorePackages, storePackagesMissing } from './debian-packages.ts';
import { E2eError, type E2eErrorCode } from './e2e-error.ts';
import { machinePackagesMissing, missingMachinePackages } from './machines/programs.ts';
import type { Paths } from './paths.ts';
import { runProgram } from './run-program.ts';

/** No registry of Python packages ships its binary; the Go checksum database verifies the module. */
const ACTIONLINT = '1.7.12';
const OUTPUT_LINES = 10;
const OLDEST_PYTHON = [3, 10] as const;

/**
 * Installs the tools into `.venv`, unless a stamp says that exactly these are there.
 * @param report is told each step that takes time
 * @returns whether anything was installed
 * @throws E2eError with every tool that is missing, or the installation that failed
 */
export async function installTools(paths: Paths, report: (step: string) => void): Promise<boolean> {
  const stamp = join(paths.environment, 'stamp');
  const wanted = await stampOf(paths);
  const stale = (await readIfThere(stamp)) !== wanted;
  // The system's packages may go although the environment stays, as where it is kept in a cache.
  const storePackages = missingStorePackages();
  const databasePackages = missingDatabasePackages();
  const machinePackages = missingMachinePackages();
  const debianPackages = [...storePackages, ...databasePackages, ...machinePackages];
  const hasPacker = await isPackerThere(paths.repository);
  if (!stale && debianPackages.length === 0 && hasPacker) return false;

  const [python, actionlint] = stale ? await Promise.all([findPython(), findActionlintSource()]) : [];
  const found = [
    python,
    actionlint,
    findStore(storePackages),
    findDatabases(databasePackages),
    findMachines(machinePackages),
  ];
  const faults = found.flatMap((each) => (each instanceof FaultError ? each.faults : []));
  if (faults.length > 0) throw new E2eError(faults as Fault<E2eErrorCode>[]);

  if (debianPackages.length > 0) await installDebianPackages(debianPackages, report);
  if (stale) {
    await installPythonPackages(paths, report);
    await installActionlint(paths, actionlint as ActionlintSource, report);
    await writeFile(stamp, wanted);
  }
  if (!hasPacker) await buildPacker(paths.repository, runProgram, report);
  return true;
}

async function stampOf(paths: Paths): Promise<string> {
  const requirements = await readFile(join(paths.tools, 'requirements.txt'));
  return createHash('sha256')
    .update(requirements)
    .update(`actionlint ${ACTIONLINT} ${paths.environment}`)
    .digest('hex');
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function findPython(): Promise<E2eError | undefined> {
  const version = await versionOf('python3', ['-c', 'import platform; print(platform.python_version())']);
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]) return undefined;
  return new E2eError({
    code: 'tool-missing',
    where: 'python3',
    received: version ?? 'no such program on PATH',
    expected: `Python ${OLDEST_PYTHON.join('.')} or newer`,
    remedy: 'install it (Debian: apt-get install python3 python3-venv; macOS: brew install python)',
  });
}

function findStore(missing: readonly string[]): E2eError | undefined {
  return missing.length === 0 || canInstallDebianPackages() ? undefined : storePackagesMissing(missing);
}

function findDatabases(missing: readonly string[]): E2eError | undefined {
  return missing.length === 0 || canInstallDebianPackages() ? undefined : databasePackagesMissing(missing);
}

function findMachines(missing: readonly string[]): E2eError | undefined {
  return missing.length === 0 || canInstallDebianPackages() ? undefined : machinePackagesMissing(missing);
}

type ActionlintSource = 'there' | 'go';

async function findActionlintSource(): Promise<ActionlintSource | E2eError> {
  const there = await versionOf('actionlint', ['-version']);
  if (there === ACTIONLINT) return 'there';
  if ((await versionOf('go', ['version'])) !== undefined) return 'go';
  return new E2eError({
    code: 'tool-missing',
    where: 'actionlint',
    received: there ?? 'neither actionlint nor go on PATH',
    expected: `actionlint ${ACTIONLINT}, or Go to build it`,
    remedy: 'install Go 1.24 or newer (go.dev/dl), or put that actionlint on PATH',
  });
}

async function versionOf(program: string, args: string[]): Promise<string | undefined> {
  const { exitCode, stdout } = await runProgram(program, args);
  return exitCode === 0 ? stdout.split('\n')[0] : undefined;
}

async function installPythonPackages(paths: Paths, report: (step: string) => void): Promise<void> {
  const venv = await runProgram('python3', ['-c', 'import ensurepip, venv']);
  if (venv.exitCode !== 0) await installPythonVenv(report);

  report('a Python environment in tools/e2e/.venv');
  await run('python3', ['-m', 'venv', '--clear', paths.environment]);
  report('the packages of tools/e2e/requirements.txt');
  await run(join(paths.programs, 'python'), [
    ...['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'],
    ...['--require-hashes', '--only-binary', ':all:', '--requirement', join(paths.tools, 'requirements.txt')],
  ]);
}

/** Debian keeps a part of Python's standard library in a package of its own. */
async function installPythonVenv(report: (step: string) => void): Promise<void> {
  if (!canInstallDebianPackages()) {
    throw new E2eError({
      code: 'tool-missing',
      where: 'python3-venv',
      received: 'a Python without venv and ensurepip',
      expected: 'a Python that can make environments',
      remedy: 'install it (Debian: sudo apt-get install python3-venv)',
    });
  }
  await installDebianPackages(['python3-venv'], report);
}

async function installDebianPackages(names: readonly string[], report: (step: string) => void): Promise<void> {
  report(`the Debian packages ${names.join(', ')}`);
  for (const args of [
    ['update', '--quiet=2'],
    ['install', '--quiet=2', '--yes', '--no-install-recommends', ...names],
  ]) {
    const { program, args: all } = aptGet(args);
    await run(program, all);
  }
}

async function installActionlint(
  paths: Paths,
  source: ActionlintSource,
  report: (step: string) => void,
): Promise<void> {
  if (source === 'there') return;
  report(`actionlint ${ACTIONLINT}, built from its Go module`);
  const module = `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`;
  await run('go', ['install', module], { GOBIN: paths.programs, GOFLAGS: '-mod=mod' });
}

async function run(program: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  const { exitCode, failure, stdout, stderr } = await runProgram(program, args, { env });
  if (exitCode === 0) return;
  const lastLines = `${stdout}${stderr}`.trim().split('\n').slice(-OUTPUT_LINES);
  throw new E2eError({
    code: 'install-failed',
    where: [program, ...args].join(' '),
    received: failure ?? `exit code ${exitCode}`,
    expected: 'exit code 0, with the package registries within reach',
    remedy: ['run the command by hand; its last output was:', ...lastLines].join('\n    '),
  });
}
