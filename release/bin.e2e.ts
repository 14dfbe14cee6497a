import { type ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { tryLock } from './destinations/folder-lock.ts';
import { contentsOf, inFolder } from './testing/in-folder.ts';
import { changesetFiles, packageOf, writeFiles } from './testing/repository.ts';
import { startS3Double } from './testing/s3-double.ts';
import { testHost } from './testing/write-bundle.ts';
import { SMALL_DIST, VPC, writeDist } from './testing/write-dist.ts';

const BIN = join(__dirname, 'bin.ts');
const { name: _, ...LOCAL } = testHost();
const { folder: __, address: ___, ...SHARED } = LOCAL;
const PRODUCTION = { ...SHARED, kind: 'aws', cdn: { domain: 'cdn.example.com', distributionId: 'E2QWRUHEXAMPLE' } };

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(workspace: string, args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  // Jest's environment is a copy that programs do not inherit.
  const child = spawn('node', [BIN, ...args], { cwd: workspace, stdio: [...stdio], env: process.env });
  let [out, err] = ['', ''];
  child.stdout!.on('data', (text) => (out += text));
  child.stderr!.on('data', (text) => (err += text));
  return { child, ended: once(child, 'close').then(([code]) => ({ code, out, err })) };
}

const release = (workspace: string, ...args: string[]): Promise<Ended> => start(workspace, args).ended;

async function done(workspace: string, ...args: string[]): Promise<Ended> {
  const ended = await release(workspace, ...args);
  expect({ args, ...ended }).toMatchObject({ code: 0 });
  return ended;
}

/** A workspace whose units are built: Nx, which the release starts, finds nothing to do. */
function inWorkspace(work: (workspace: string) => Promise<void>, version = '1.0.0'): Promise<void> {
  return inFolder(async (workspace) => {
    await writeFiles(workspace, {
      ...packageOf(version),
      ...changesetFiles(),
      'package.json': '{"type":"module","workspaces":["release"]}',
      'bitclouded.config.ts': `export default ${JSON.stringify({ hosts: { local: LOCAL, production: PRODUCTION } })};\n`,
      'node_modules/nx/package.json': '{"name":"nx"}',
      'node_modules/nx/bin/nx.js': 'console.log(process.argv.slice(2).join(" "));',
    });
    await writeDist(join(workspace, 'dist'), SMALL_DIST);
    await work(workspace);
  });
}

describe('help', () => {
  it.each([
    '',
    'plan',
    'pack',
    'publish',
    'verify',
    'promote',
    'reconcile',
    'yank',
    'pin',
    'unpin',
    'serve',
    'version',
    'host up',
    'doctor',
    'index show',
    'index rebuild',
  ])('of %p has examples and exit codes, within 80 columns', async (name) => {
    const { code, out } = await release(__dirname, ...name.split(' ').filter(Boolean), '--help');
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
    expect(out).toContain('Exit codes:');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('the whole way', () => {
  it('releases, says what that is, and writes nothing the second time', () =>
    inWorkspace(async (workspace) => {
      const { out, err } = await done(workspace);
      expect(out).toMatch(/^Released 1\.0\.1-dev\.[a-f][0-9a-f]{11} on local: \d+ objects written\n/);
      expect(out).toContain('a development version: this folder has no git history');
      expect(out).toContain('unsigned');
      expect(out).toContain('not hosted: image aws-util');
      expect(out).toMatch(
        /networking\/vpc\n {2}http:\/\/127\.0\.0\.1:4874\/v1\.0\.1-dev\.[0-9a-f]+\/templates\/networking\/vpc\.yaml\n/,
      );
      expect(err.split('\n').map((line) => line.split(' ')[0])).toEqual([
        'build',
        'plan',
        'pack',
        'publish',
        'verify',
        'promote',
        '',
      ]);
      const before = await contentsOf(join(workspace, 'host'));
      const again = await done(workspace);
      expect(again.out).toMatch(/^1\.0\.1-dev\.\w+ is on local already: nothing was written\n/);
      expect(await contentsOf(join(workspace, 'host'))).toEqual(before);
    }));

  it('stage by stage gives the same as at once, and each stage one document', () =>
    inWorkspace(async (workspace) => {
      const documents: Record<string, unknown>[] = [];
      for (const args of [['plan'], ['pack'], ['publish'], ['verify'], ['promote'], ['reconcile']])
        documents.push(JSON.parse((await done(workspace, ...args, '--json')).out));
      const [plan, packed, published, report, promoted, reconciled] = documents;
      expect(plan).toMatchObject({ schema: 'bitclouded.plan/1', host: 'local' });
      expect(packed).toMatchObject({ version: plan!.version, written: true });
      expect(published).toMatchObject({ version: plan!.version, manifestSha256: packed!.manifestSha256, present: 0 });
      expect(report).toMatchObject({ schema: 'bitclouded.verification/1', faults: [] });
      expect(promoted).toMatchObject({ version: plan!.version, serial: 1, indexChanged: true });
      expect(reconciled).toMatchObject({ serial: 1, written: 0 });
      const { out } = await done(workspace, '--json', '--quiet');
      expect(JSON.parse(out)).toMatchObject({
        version: plan!.version,
        written: 0,
        index: { serial: 1, signed: false },
      });
    }));

  it('says in a dry run what it would do, and does it not', () =>
    inWorkspace(async (workspace) => {
      const { out } = await done(workspace, '--dry-run');
      expect(out).toMatch(/It would write \d+ objects:\n/);
      expect(out).toMatch(/eu-west-1 {2}v1\.0\.1-dev\.\w+\/claim\.json\n/);
      expect(out).toContain('eu-west-1  index.json');
      expect((await readdir(workspace)).sort()).not.toContain('host');
      expect(await readdir(join(workspace, 'dist'))).not.toContain('release');
    }));

  it('ends where the build fails, with what the build said', () =>
    inWorkspace(async (workspace) => {
      await writeFile(
        join(workspace, 'node_modules/nx/bin/nx.js'),
        'console.log("vpc does not build"); process.exit(1);',
      );
      const { code, out, err } = await release(workspace);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('vpc does not build');
      expect(err).toContain('build-failed');
    }));

  it('says so when nothing is installed', () =>
    inWorkspace(async (workspace) => {
      await rm(join(workspace, 'node_modules'), { recursive: true });
      expect(await release(workspace)).toMatchObject({ code: 2, err: expect.stringContaining('npm ci') });
    }));

  it('shows what the build says when it is asked to', () =>
    inWorkspace(async (workspace) => {
      expect((await done(workspace)).err).not.toContain('run-many');
      expect((await done(workspace, '--verbose')).err).toContain('run-many --target=build');
      expect((await done(workspace, '--quiet')).err).toBe('');
    }));
});

describe('faults', () => {
  it('of the host are named by verify, and keep promote away', () =>
    inWorkspace(async (workspace) => {
      await done(workspace, 'plan');
      await done(workspace, 'pack');
      await done(workspace, 'publish');
      const missing = await release(workspace, 'promote');
      expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('verification-missing') });
      const version = (await readdir(join(workspace, 'host'))).find((name) => name.startsWith('v'))!;
      const template = join(workspace, 'host', version, 'templates/networking/vpc.yaml');
      await rename(template, `${template}.bak`);
      const { code, out } = await release(workspace, 'verify');
      expect(code).toBe(1);
      expect(out).toContain(`${version}/templates/networking/vpc.yaml: object-missing`);
      expect(out).toContain(`${version}/templates/networking/vpc.yaml.bak: object-stray`);
      expect(await release(workspace, 'promote')).toMatchObject({
        code: 2,
        err: expect.stringContaining('verification-faulty'),
      });
      await rm(`${template}.bak`);
      expect((await done(workspace, 'publish')).out).toContain('Nothing to do');
      expect((await done(workspace, 'publish', '--repair')).out).toContain('1 object written');
      await done(workspace, 'verify');
      await done(workspace, 'promote');
    }));

  it('of an index that was truncated, and of an older one that was put back', () =>
    inWorkspace(async (workspace) => {
      const index = join(workspace, 'host/index.json');
      await done(workspace);
      const old = await readFile(index);
      const version = /Released (\S+)/.exec((await changedVpc(workspace)).out)![1]!;
      expect(version).not.toBe('');
      await writeFile(index, old);
      const back = await release(workspace, 'verify');
      expect(back).toMatchObject({ code: 1, out: expect.stringContaining('index.json: index-old') });
      expect((await release(workspace)).code).toBe(1);
      await truncate(index, 30);
      expect(await release(workspace, 'verify', '--json')).toMatchObject({
        code: 1,
        out: expect.stringContaining('document-not-json'),
      });
    }));

  it('of the host in the way of a release are exit code 3', () =>
    inWorkspace(async (workspace) => {
      await mkdir(join(workspace, 'host.lock'));
      expect(await release(workspace)).toMatchObject({ code: 3, err: expect.stringContaining('host-unavailable') });
      await rm(join(workspace, 'host.lock'), { recursive: true });
      await done(workspace);
    }));

  async function changedVpc(workspace: string): Promise<Ended> {
    await writeDist(join(workspace, 'dist'), [{ kind: 'template', name: 'networking/vpc', text: `# changed\n${VPC}` }]);
    return done(workspace);
  }
});

describe('bad input', () => {
  const refused = async (workspace: string, ...args: string[]): Promise<string> => {
    const { code, out, err } = await release(workspace, ...args);
    expect({ args, code, out, err }).toMatchObject({ code: 2, out: '' });
    expect(err).not.toMatch(/^\s+at /m);
    return err;
  };

  it('names all that is wrong with the configuration', () =>
    inWorkspace(async (workspace) => {
      const wrong = { ...LOCAL, account: 12, regions: ['west'], adress: 'x' };
      await writeFile(
        join(workspace, 'bitclouded.config.ts'),
        `export default ${JSON.stringify({ hosts: { local: wrong } })}`,
      );
      const err = await refused(workspace);
      expect(err.match(/config-invalid/g)!.length).toBeGreaterThanOrEqual(3);
      for (const word of ['account', 'regions', 'adress']) expect(err).toContain(word);
    }));

  it.each([
    ['throws', 'throw new Error("no such plan");', 'no such plan'],
    ['does not parse', 'export default {{', ''],
    ['imports what is not there', 'import "nowhere"; export default {}', 'nowhere'],
    ['is not erasable TypeScript', 'enum Colour { Red } export default {};', 'enum'],
  ])('names a configuration that %s', (_, text, word) =>
    inWorkspace(async (workspace) => {
      await writeFile(join(workspace, 'bitclouded.config.ts'), text);
      const err = await refused(workspace, 'verify');
      expect(err).toContain(`${join(workspace, 'bitclouded.config.ts')}: config-unreadable`);
      expect(err).toContain(word);
    }),
  );

  it('names a folder that is in no workspace', () =>
    inFolder(async (folder) => {
      expect(await refused(folder, 'verify')).toContain('config-unreadable');
    }));

  it.each([
    [['--host', 'nowhere'], 'one of local, production'],
    [['publish', '--host', 'production'], 'bundle-missing'],
    [['promote', '--host', 'production'], 'bundle-missing'],
    [['--host', 'production'], 'image-unlocked'],
    [['publish'], 'npm run release -- pack'],
    [['pack'], 'plan-missing'],
    [['promote', '9.9.9'], 'verification-missing'],
    [['yank', '9.9.9', '--reason', 'x'], 'release-unknown'],
    [['yank', '9.9.9'], '--reason'],
    [['pin', 'newest', '1.0.0', '--reason', 'x'], 'channel-invalid'],
    [['nonsense'], 'nonsense'],
    [['--nonsense'], '--nonsense'],
    [['serve', '--port', '99999'], 'port-invalid'],
    [['version'], 'nothing-to-version'],
  ])('refuses %j', (args, text) =>
    inWorkspace(async (workspace) => expect(await refused(workspace, ...args)).toContain(text)),
  );

  it('gives programs the faults as a document', () =>
    inWorkspace(async (workspace) => {
      const { code, out } = await release(workspace, 'publish', '--json');
      expect(code).toBe(2);
      expect(JSON.parse(out).faults).toMatchObject([{ code: 'bundle-missing' }]);
    }));

  it('refuses another manifest than the expected one', () =>
    inWorkspace(async (workspace) => {
      await done(workspace, 'plan');
      await done(workspace, 'pack');
      const other = 'f'.repeat(64);
      expect(await refused(workspace, 'publish', '--expect-manifest', other)).toContain('bundle-unexpected');
      const { manifestSha256 } = JSON.parse((await done(workspace, 'publish', '--json')).out);
      await done(workspace, 'verify');
      expect(await refused(workspace, 'promote', '--expect-manifest', other)).toContain('bundle-unexpected');
      await done(workspace, 'promote', '--expect-manifest', manifestSha256);
    }));

  it('plans and packs for a host on AWS before it is made, and before anything is promoted there', () =>
    inWorkspace(async (workspace) => {
      const store = await startS3Double();
      process.env.AWS_ENDPOINT_URL_S3 = store.address;
      store.fates.push({ status: 404, code: 'NoSuchBucket' });
      await writeDist(join(workspace, 'dist'), [{ kind: 'template', name: 'networking/vpc', text: VPC }]);
      await rm(join(workspace, 'dist/images'), { recursive: true });
      for (const state of ['not made', 'empty'])
        expect({ state, out: (await done(workspace, 'plan', '--host', 'production')).out }).toEqual({
          state,
          out: expect.stringContaining('compared with nothing'),
        });
      store.stop();
      const offline = await release(workspace, 'plan', '--host', 'production');
      expect(offline).toMatchObject({ code: 3, err: expect.stringContaining('host-unavailable') });
      delete process.env.AWS_ENDPOINT_URL_S3;
      expect((await done(workspace, 'pack', '--host', 'production')).out).toContain('Packed 1.0.1-dev.');
    }));
});

it('yanks, pins and unpins, and lets the aliases follow', () =>
  inWorkspace(async (workspace) => {
    await stable(workspace, '1.0.0');
    await stable(workspace, '1.1.0');
    const latest = async (): Promise<string> =>
      JSON.parse(await readFile(join(workspace, 'host/latest/alias.json'), 'utf8')).version;
    expect(await latest()).toBe('1.1.0');
    expect((await done(workspace, 'pin', 'latest', '1.0.0', '--reason', 'slow')).out).toContain(
      'latest is pinned to 1.0.0',
    );
    expect(await latest()).toBe('1.0.0');
    await done(workspace, 'unpin', 'latest');
    expect(await latest()).toBe('1.1.0');
    await done(workspace, 'yank', '1.1.0', '--reason', 'broken', '--dry-run');
    expect(await latest()).toBe('1.1.0');
    await done(workspace, 'yank', '1.1.0', '--reason', 'broken');
    expect(await latest()).toBe('1.0.0');
    expect((await done(workspace, 'yank', '1.1.0', '--reason', 'broken')).out).toContain('(nothing to do)');
    await done(workspace, 'verify');
  }));

/** Releases a version without a prerelease: the plan says which. */
async function stable(workspace: string, version: string): Promise<void> {
  await done(workspace, 'plan');
  const path = join(workspace, 'dist/release/local/plan.json');
  const plan = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...plan, version }));
  for (const stage of ['pack', 'publish', 'verify', 'promote']) await done(workspace, stage);
}

it('stops at Ctrl-C with 130, and goes on afterwards', () =>
  inWorkspace(async (workspace) => {
    // Somebody else holds the index, so that promotion waits.
    const held = tryLock(join(workspace, 'host.lock'), 'exclusive')!;
    const { child, ended } = start(workspace, []);
    await said(child.stderr!, 'verify');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, err: expect.stringContaining('goes on where it stopped') });
    held.release();
    expect((await done(workspace)).out).toContain('Released');
    expect(await readdir(join(workspace, 'host/.incoming'))).toEqual(['.writers']);
    await done(workspace, 'verify');
  }));

/** Waits until a program has written a text. */
async function said(stream: Readable, text: string): Promise<void> {
  let all = '';
  for await (const chunk of on(stream, 'data')) {
    all += String(chunk[0]);
    if (all.includes(text)) return;
  }
}

describe('serve', () => {
  it('shows the host until Ctrl-C', () =>
    inWorkspace(async (workspace) => {
      await done(workspace);
      await symlink('/etc', join(workspace, 'host/etc'));
      const { child, ended } = start(workspace, ['serve', '--port', '0']);
      const [line] = await once(child.stderr!, 'data');
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(String(line))![0];
      expect(await (await fetch(address)).text()).toContain('<h1>Releases on local</h1>');
      expect((await fetch(`${address}index.json`)).status).toBe(200);
      expect((await fetch(`${address}etc/hostname`)).status).toBe(404);
      child.kill('SIGINT');
      expect(await ended).toMatchObject({ code: 0 });
    }));

  it('says so when the port is taken', () =>
    inWorkspace(async (workspace) => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as { port: number };
      const { code, err } = await release(workspace, 'serve', '--port', String(port));
      other.close();
      expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(`127.0.0.1:${port}: port-taken`) });
    }));
});
