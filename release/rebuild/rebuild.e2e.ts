import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseIndex, type ReleaseIndex } from '@bitclouded/documents';
import { contentsOf, inFolder } from '../testing/in-folder.ts';
import { changesetFiles, packageOf, writeFiles } from '../testing/repository.ts';
import { testHost, writeBundle } from '../testing/write-bundle.ts';
import { runIn } from '../version/run.ts';

const BIN = join(__dirname, '../bin.ts');
const HOST = testHost();

/** A workspace without units: its bundles are made by the test. */
function inWorkspace(work: (workspace: string) => Promise<void>): Promise<void> {
  return inFolder(async (workspace) => {
    const { name, ...local } = HOST;
    await writeFiles(workspace, {
      ...packageOf('1.0.0'),
      ...changesetFiles(),
      'bitclouded.config.ts': `export default ${JSON.stringify({ hosts: { [name]: local } })};\n`,
    });
    await work(workspace);
  });
}

async function release(workspace: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = await runIn(workspace)('node', [BIN, ...args]);
  return { code: exitCode, out: stdout, err: stderr };
}

async function promoted(workspace: string, version: string): Promise<void> {
  const bundle = join(workspace, 'dist/release/local/bundle');
  await rm(bundle, { recursive: true, force: true });
  await writeBundle(bundle, HOST, { version, templates: { 'networking/vpc': `# ${version}\nResources: {}\n` } });
  for (const stage of ['publish', 'verify', 'promote'])
    expect(await release(workspace, stage)).toMatchObject({ code: 0 });
}

async function indexOf(workspace: string): Promise<ReleaseIndex> {
  return parseIndex(await readFile(join(workspace, 'host/index.json')), 'index.json').index;
}

it('brings a lost index back: first shown, then written, and never over a good one', () =>
  inWorkspace(async (workspace) => {
    await promoted(workspace, '1.0.0');
    await promoted(workspace, '1.1.0');
    const before = await indexOf(workspace);
    await rm(join(workspace, 'host/index.json'));
    expect(await release(workspace, 'verify')).toMatchObject({
      code: 1,
      out: expect.stringContaining('index-missing'),
    });

    const lost = await contentsOf(join(workspace, 'host'));
    const shown = await release(workspace, 'index', 'rebuild', '--dry-run');
    expect(shown).toMatchObject({
      code: 0,
      out: expect.stringMatching(/It would write 1 object:\n {2}eu-west-1 {2}index.json/),
    });
    expect(await contentsOf(join(workspace, 'host'))).toEqual(lost);

    const rebuilt = await release(workspace, 'index', 'rebuild');
    expect(rebuilt).toMatchObject({ code: 0, out: expect.stringContaining('serial 3 (it was gone)') });
    expect(rebuilt.out).toContain('which releases were yanked');
    const { releases, channels } = await indexOf(workspace);
    expect({ releases, channels }).toEqual({ releases: before.releases, channels: before.channels });
    expect(await release(workspace, 'verify')).toMatchObject({ code: 0 });
    expect(await release(workspace, 'index', 'rebuild')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('index-good'),
    });
  }));

it('finishes what a rebuild left that died before the aliases, by reconcile', () =>
  inWorkspace(async (workspace) => {
    await promoted(workspace, '1.0.0');
    await rm(join(workspace, 'host/index.json'));
    await rm(join(workspace, 'host/latest/templates'), { recursive: true });
    // Something stands in the way of the aliases.
    await writeFile(join(workspace, 'host/latest/templates'), '');
    expect((await release(workspace, 'index', 'rebuild')).code).not.toBe(0);
    expect(await indexOf(workspace)).toMatchObject({ serial: 2, channels: { latest: '1.0.0' } });
    await rm(join(workspace, 'host/latest/templates'));
    expect(await release(workspace, 'reconcile')).toMatchObject({ code: 0 });
    expect(await release(workspace, 'verify')).toMatchObject({ code: 0 });
  }));

it('shows the index with its channels and its age, and that there is none', () =>
  inWorkspace(async (workspace) => {
    expect(await release(workspace, 'index', 'show')).toMatchObject({
      code: 0,
      out: expect.stringContaining('no index'),
    });
    await promoted(workspace, '1.0.0');
    const { out } = await release(workspace, 'index', 'show');
    expect(out).toMatch(
      /^Index 1 of local, unsigned\n {2}valid for (?:89|90) more days\n {2}1\.0\.0\n {2}latest {3}1\.0\.0\n/,
    );
    const shown = JSON.parse((await release(workspace, 'index', 'show', '--json')).out);
    expect(shown).toMatchObject({ serial: 1, renewalDue: false, channels: { latest: '1.0.0' } });
  }));

it.each(['show', 'rebuild'])('help of index %s has examples and exit codes, within 80 columns', (name) =>
  inWorkspace(async (workspace) => {
    const { code, out } = await release(workspace, 'index', name, '--help');
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
    expect(out).toContain('Exit codes:');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }),
);

it('gives programs a document, and refuses a serial that is none', () =>
  inWorkspace(async (workspace) => {
    await promoted(workspace, '1.0.0');
    await writeFile(join(workspace, 'host/index.json'), 'lost');
    expect(await release(workspace, 'index', 'rebuild', '--seen', 'many')).toMatchObject({
      code: 2,
      err: expect.stringContaining('serial-invalid'),
    });
    const { out } = await release(workspace, 'index', 'rebuild', '--seen', '57', '--json', '--quiet');
    expect(JSON.parse(out)).toMatchObject({
      serial: 58,
      why: expect.stringContaining('document-not-json'),
      releases: [{ version: '1.0.0' }],
      channels: { latest: '1.0.0' },
      leftOut: [],
    });
  }));
