import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyOf, type Manifest, type Plan, parseDocument, versionPrefix } from '@bitclouded/documents';
import { change, cloneRepository, nextVersion, succeed } from './clones.ts';
import { runProgram } from './run-program.ts';

const HANDLER = 'packages/lambdas/log-governor/handler.ts';

/** Whole releases of the repository's own commit, by the command that people run. */
describe('releases of clones', () => {
  let parent: string;
  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'bitclouded-clones-'));
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  const clone = (name: string): Promise<string> => cloneRepository(parent, name);

  it('has the same sums in another folder, time zone, language and umask, and with nothing cached', async () => {
    const [one, two] = [await clone('one'), await clone('two words')];
    await release(one, { TZ: 'UTC', LANG: 'C.UTF-8' }, '022');
    await release(two, { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }, '077');
    const [version] = versionsOf(one);
    expect(versionsOf(two)).toEqual([version]);
    const sums = readFileSync(join(one, 'dist/host', keyOf.sums(version!)), 'utf8');
    expect(sums.split('\n').length).toBeGreaterThan(20);
    expect(readFileSync(join(two, 'dist/host', keyOf.sums(version!)), 'utf8')).toBe(sums);
    await succeed('sha256sum', ['--quiet', '-c', keyOf.sums(version!)], join(two, 'dist/host'));
  });

  it('writes nothing the second time, and says so', async () => {
    const folder = join(parent, 'one');
    const before = timesOf(join(folder, 'dist/host'));
    expect(await release(folder)).toMatch(/nothing/);
    expect(timesOf(join(folder, 'dist/host'))).toEqual(before);
  });

  it('changes, in the next release, only what changed and what uses it', async () => {
    const folder = await clone('three');
    await nextVersion(folder, 'minor', 'First');
    expect(await release(folder)).toMatch(/Released 0\.1\.0 /);
    expect(aliasesOf(folder)).toEqual(['latest', 'v0', 'v0.1']);

    change(folder, HANDLER, "'Done'", "'Finished'");
    await nextVersion(folder, 'patch', 'The governor says when it is finished');
    expect(await release(folder)).toMatch(/Released 0\.1\.1 /);

    const [before, after] = [manifestOf(folder, '0.1.0'), manifestOf(folder, '0.1.1')];
    const hashes = (manifest: Manifest): Map<string, string> =>
      new Map(
        manifest.artifacts.flatMap((artifact) =>
          artifact.kind === 'template' || artifact.kind === 'lambda'
            ? [[`${artifact.kind}:${artifact.name}`, artifact.sha256]]
            : [],
        ),
      );
    const old = hashes(before);
    const changed = [...hashes(after)].filter(([unit, sha256]) => old.get(unit) !== sha256).map(([unit]) => unit);
    expect(changed.sort()).toEqual(['lambda:log-governor', 'template:analytics/logs-store']);

    const plan = planOf(folder);
    expect(plan.comparedWith).toBe('0.1.0');
    const verdicts = Object.fromEntries(plan.units.map(({ kind, name, verdict }) => [`${kind}:${name}`, verdict]));
    expect(verdicts).toMatchObject({
      'lambda:log-governor': 'safe',
      'template:analytics/logs-store': 'safe',
      'template:networking/vpc': 'unchanged',
      'lambda:alert-router': 'unchanged',
    });
    expect(plan.units.find(({ name }) => name === 'log-governor')!.dependents).toEqual([
      'template:analytics/logs-store',
    ]);
    expect(plan.units.find(({ name }) => name === 'analytics/logs-store')!.reasons.join()).toContain('log-governor');
  });

  it('changes nothing where a comment leaves the zip equal', async () => {
    const folder = join(parent, 'three');
    appendFileSync(join(folder, HANDLER), '// A comment changes no zip.\n');
    await nextVersion(folder, 'patch', 'A comment');
    expect(await release(folder)).toMatch(/Released 0\.1\.2 /);
    expect(planOf(folder).units.filter(({ verdict }) => verdict !== 'unchanged')).toEqual([]);
  });

  it('refuses a version that is too small for what it breaks', async () => {
    const folder = join(parent, 'three');
    change(folder, 'packages/templates/networking/vpc/template.ts', 'FlowLogTraffic: param', 'LoggedTraffic: param');
    change(folder, 'packages/templates/networking/vpc/template.ts', 'params.FlowLogTraffic', 'params.LoggedTraffic');
    await nextVersion(folder, 'patch', 'Harmless, it says');
    const { exitCode, stderr } = await run(folder, ['release/bin.ts']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/FlowLogTraffic/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  async function release(folder: string, env: Record<string, string> = {}, umask = '022'): Promise<string> {
    const command = `umask ${umask} && exec node release/bin.ts`;
    return succeed('sh', ['-c', command], folder, env);
  }
});

const run = (folder: string, args: readonly string[]) => runProgram('node', args, { cwd: folder });

function versionsOf(folder: string): string[] {
  return readdirSync(join(folder, 'dist/host')).flatMap((name) =>
    /^v\d+\.\d+\.\d+/.test(name) ? [name.slice(1)] : [],
  );
}

function aliasesOf(folder: string): string[] {
  return readdirSync(join(folder, 'dist/host'))
    .filter((name) => /^(?:latest|v\d+(?:\.\d+)?)$/.test(name))
    .sort();
}

function manifestOf(folder: string, version: string): Manifest {
  const path = join(folder, 'dist/host', keyOf.manifest(version));
  expect(path).toContain(versionPrefix(version));
  return parseDocument('manifest', readFileSync(path), path);
}

function planOf(folder: string): Plan {
  const path = join(folder, 'dist/release/local/plan.json');
  return parseDocument('plan', readFileSync(path), path);
}

/** When each file was changed, in ms. */
function timesOf(folder: string): Record<string, number> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => [join(entry.parentPath, entry.name), statSync(join(entry.parentPath, entry.name)).mtimeMs]),
  );
}
