import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contentsOf, inFolder } from '../testing/in-folder.ts';
import { startReader } from '../testing/start-reader.ts';
import { testHost, writeBundle } from '../testing/write-bundle.ts';

const PROGRAM = join(__dirname, '../testing/release-program.ts');
const PRELOAD = join(__dirname, '../testing/watch-writes.ts');

const RANDOM = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** A host with release 1.0.0, and the bundle of 1.1.0 ready to be released, as `template` in `root`. */
async function prepare(root: string): Promise<string> {
  const workspace = join(root, 'template');
  const host = testHost(['eu-west-1', 'us-east-1']);
  await mkdir(workspace);
  const { name: _, ...local } = host;
  await writeFile(join(workspace, 'package.json'), '{"type":"module"}');
  await writeFile(join(workspace, 'bitclouded.config.ts'), `export default ${JSON.stringify({ hosts: { local } })};\n`);
  const bundle = join(workspace, 'dist/release/local/bundle');
  await writeBundle(bundle, host, {
    version: '1.0.0',
    templates: { 'networking/vpc': 'old' },
    lambdas: { router: 'one' },
  });
  const { status, signal } = await ended(run(workspace));
  expect({ status, signal }).toEqual({ status: 0, signal: null });
  await rm(bundle, { recursive: true });
  await writeBundle(bundle, host, {
    version: '1.1.0',
    templates: { 'networking/vpc': 'new' },
    lambdas: { router: 'two' },
  });
  return workspace;
}

function run(workspace: string, watch: Readonly<Record<string, string>> = {}) {
  // Compiled once for all of the runs: they take half the time.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dirname(workspace), 'compiled'), ...watch };
  const preload = watch.WATCH_ROOT === undefined ? [] : ['--import', PRELOAD];
  return spawn('node', [...preload, PROGRAM, workspace], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function ended(child: ReturnType<typeof run>): Promise<{ status: number | null; signal: string | null }> {
  const [status, signal] = await once(child, 'exit');
  return { status, signal };
}

/** Every write of one undisturbed run, in its order. */
async function traceOf(template: string, root: string, name: string): Promise<readonly string[]> {
  const workspace = join(root, name);
  const trace = join(root, `${name}.trace`);
  await cp(template, workspace, { recursive: true });
  expect(await ended(run(workspace, { WATCH_ROOT: workspace, WATCH_TRACE: trace }))).toMatchObject({
    status: 0,
  });
  return (await readFile(trace, 'utf8')).trimEnd().split('\n');
}

it('completes the release after a kill at every write, before and after it took effect', () =>
  inFolder(async (root) => {
    const template = await prepare(root);
    const lines = await traceOf(template, root, 'undisturbed');
    const wanted = await contentsOf(join(root, 'undisturbed/host'));
    expect(Object.keys(wanted)).toEqual(
      expect.arrayContaining(['index.json', 'v1.1/alias.json', 'v1.1.0/manifest.json']),
    );
    // The points have the same names in every run, so that each of them is met.
    expect([...(await traceOf(template, root, 'again'))].sort()).toEqual([...lines].sort());

    const points = lines.flatMap((line) => [`before ${line}`, `after ${line}`]);
    const reader = startReader();
    let indexesRead = 0;
    try {
      for (const point of points) {
        const workspace = join(root, 'killed');
        const host = join(workspace, 'host');
        await cp(template, workspace, { recursive: true });
        await reader.watch(host);
        const watch = { WATCH_ROOT: workspace, WATCH_TRACE: join(root, 'killed.trace'), WATCH_KILL: point };
        expect({ point, ...(await ended(run(workspace, watch))) }).toEqual({ point, status: null, signal: 'SIGKILL' });
        expect({ point, ...(await ended(run(workspace))) }).toEqual({ point, status: 0, signal: null });
        const { indexes, missing } = await reader.stop();
        indexesRead += indexes;
        expect({ point, missing }).toEqual({ point, missing: [] });
        expect({ point, contents: await contentsOf(host) }).toEqual({ point, contents: wanted });
        expect(await readdir(join(host, '.incoming'))).toEqual(['.writers']);
        await rm(workspace, { recursive: true });
      }
    } finally {
      reader.end();
    }
    console.log(
      `killed at ${points.length} points (${lines.length} writes, before and after); ${indexesRead} indexes read meanwhile`,
    );
    expect(points.length).toBeGreaterThan(80);
    expect(indexesRead).toBeGreaterThan(points.length);
  }));

const strace = spawnSync('strace', ['-V']).status === 0;

(strace ? it : it.skip)('sees every write that the system sees (strace)', () =>
  inFolder(async (root) => {
    const template = await prepare(root);
    const workspace = join(root, 'traced');
    await cp(template, workspace, { recursive: true });
    const [log, trace] = [join(root, 'strace.log'), join(root, 'writes.log')];
    const calls = 'trace=%file,%desc';
    const child = spawn(
      'strace',
      ['-f', '-y', '-s', '0', '-o', log, '-e', calls, 'node', '--import', PRELOAD, PROGRAM, workspace],
      {
        env: { ...process.env, WATCH_ROOT: workspace, WATCH_TRACE: trace, UV_USE_IO_URING: '0' },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    expect(await ended(child)).toMatchObject({ status: 0 });
    const system = writesIn(await readFile(log, 'utf8'), workspace);
    const seen = (await readFile(trace, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/ #\d+$/, ''));
    // Lock files are opened by SQLite, and never written to.
    const locks = system.filter((call) => /\.writers$|host\.lock$/.test(call));
    expect(new Set(locks)).toEqual(new Set(['create host/.incoming/.writers', 'create host.lock']));
    expect(system.filter((call) => !locks.includes(call)).sort()).toEqual(seen.map(asSystemCall).sort());
  }),
);

function asSystemCall(line: string): string {
  return line.replace(/^writeFile /, 'create ');
}

/** What the process changed below a folder, from a log of its system calls. */
function writesIn(log: string, root: string): string[] {
  const inRoot = (path: string): boolean => `${path}/`.startsWith(`${root}/`);
  const calls: string[] = [];
  for (const line of log.split('\n')) {
    const [, name, rest] = /^\d+ +(\w+)\((.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined || (rest.includes('= -1 ') && !/^(?:link|mkdir)/.test(name))) continue;
    const paths = [...rest.matchAll(/"([^"]+)"/g)].map(([, path]) => path!).filter(inRoot);
    const shown = paths.map((path) => (path.slice(root.length + 1) || '.').replace(RANDOM, '*')).join(' ');
    // A write to a temporary file belongs to its creation; any other one is a write of its own.
    const file = /^\d+<([^>]+)>/.exec(rest)?.[1] ?? '';
    if (/^(?:p?write(?:v|64|v2)?|ftruncate|fallocate|fchmod|fchown)$/.test(name)) {
      if (inRoot(file) && !file.endsWith('.part')) calls.push(`${name} ${file.slice(root.length + 1)}`);
    } else if (shown === '') continue;
    else if (/^(?:openat|open|creat)$/.test(name)) {
      if (/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(rest)) calls.push(`create ${shown}`);
    } else if (/^(?:mkdir|rmdir|unlink|rename|link|symlink|truncate|chmod|chown|utimensat|mknod)/.test(name))
      calls.push(`${name.replace(/at2?$/, '')} ${shown}`);
  }
  return calls;
}
