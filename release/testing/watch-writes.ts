/*
 * A preload for tests (`node --import …/watch-writes.ts`): sees every write of the process below a folder, writes
 * a line for each, and ends the process with SIGKILL at the one that a test names.
 *
 *   WATCH_ROOT    the folder, absolute
 *   WATCH_TRACE   a file outside it that gets one line a write: `<operation> <path>… #<n-th of its kind>`
 *   WATCH_KILL    `before <line>` or `after <line>`
 *
 * Every function that node:fs exports is either known to read, or wrapped; one that is neither is refused, so that a
 * new way to write cannot pass unseen. SQLite writes past node:fs: a test compares with the system's own calls.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { relative } from 'node:path';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Functions = Record<string, AnyFunction>;

const READS = new Set(
  `access close closeSync accessSync createReadStream exists existsSync fstat fstatSync glob globSync lstat lstatSync
  openAsBlob opendir opendirSync read readSync readdir readdirSync readFile readFileSync readlink readlinkSync readv
  readvSync realpath realpathSync stat statSync statfs statfsSync unwatchFile watch watchFile _toUnixTimestamp Dir Dirent
  Stats ReadStream FileReadStream constructor getAsyncId readLines readableWebStream fsync fsyncSync
  fdatasync fdatasyncSync datasync sync`.split(/\s+/),
);
/** The functions that name one path, two paths, or an open file as their first arguments. */
const BY_PATH = new Set(
  `appendFile chmod chown lchmod lchown lutimes mkdir mkdtemp mkdtempDisposable rm rmdir truncate unlink utimes
  writeFile open`.split(/\s+/),
);
const BY_TWO_PATHS = new Set('copyFile cp link rename symlink'.split(' '));
const BY_FILE = new Set('fchmod fchown ftruncate futimes write writev'.split(' '));
/** Streams open their file by the functions above, yet inside node:fs: nothing here uses them, so they are refused. */
const REFUSED = new Set('createWriteStream WriteStream FileWriteStream Utf8Stream'.split(' '));
const HANDLE_WRITES = new Set('appendFile chmod chown truncate utimes write writev writeFile'.split(' '));

const root = process.env.WATCH_ROOT!;
const trace = process.env.WATCH_TRACE!;
const kill = process.env.WATCH_KILL;
const { appendFileSync, readlinkSync } = fs;
const counts = new Map<string, number>();

watch(fs as unknown as Functions);
watch(fs.promises as unknown as Functions);
const handle = await fs.promises.open(process.execPath, 'r');
watchHandles(Object.getPrototypeOf(handle));
await handle.close();
syncBuiltinESMExports();

function watch(functions: Functions): void {
  for (const [exported, original] of Object.entries(functions)) {
    if (typeof original !== 'function' || READS.has(exported)) continue;
    const name = exported.replace(/Sync$/, '');
    const pathsOf = pathArguments(name);
    if (REFUSED.has(name)) replace(functions, exported, refuse(exported));
    else if (pathsOf === undefined) throw new Error(`node:fs exports ${exported}: does it read or write?`);
    else replace(functions, exported, watched(name, original, pathsOf));
  }
}

/** Some exports are getters, which cannot be assigned to. */
function replace(functions: Functions, name: string, value: AnyFunction): void {
  Object.defineProperty(functions, name, { value, configurable: true, enumerable: true, writable: true });
}

function watchHandles(prototype: Functions & { fd?: number }): void {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (name === 'fd' || READS.has(name)) continue;
    const original = prototype[name]!;
    if (REFUSED.has(name)) prototype[name] = refuse(name);
    else if (!HANDLE_WRITES.has(name)) throw new Error(`a FileHandle has ${name}: does it read or write?`);
    else
      prototype[name] = function (this: { fd: number }, ...args: unknown[]) {
        return watched(`handle.${name}`, original, () => [pathOf(this.fd)]).apply(this, args);
      } as AnyFunction;
  }
}

function pathArguments(name: string): ((args: readonly unknown[]) => unknown[]) | undefined {
  if (BY_TWO_PATHS.has(name)) return (args) => args.slice(0, 2);
  if (BY_PATH.has(name)) return (args) => args.slice(0, 1);
  if (BY_FILE.has(name)) return (args) => [pathOf(args[0] as number)];
  return undefined;
}

function refuse(name: string): AnyFunction {
  return () => {
    throw new Error(`${name} writes where this preload does not see it`);
  };
}

function watched(name: string, original: AnyFunction, pathsOf: (args: readonly unknown[]) => unknown[]): AnyFunction {
  return function (...args) {
    const paths = pathsOf(args).map((path) => (typeof path === 'number' ? pathOf(path) : String(path)));
    if (!paths.some((path) => path.startsWith(`${root}/`) || path === root) || opensToRead(name, args[1]))
      return original.apply(this, args);
    const line = numbered([name, ...paths.map(shown)].join(' '));
    appendFileSync(trace, `${line}\n`);
    if (kill === `before ${line}`) process.kill(process.pid, 'SIGKILL');
    if (kill !== `after ${line}`) return original.apply(this, args);
    const end = (): void => void process.kill(process.pid, 'SIGKILL');
    const result = original.apply(this, args);
    if (result instanceof Promise) return result.then(end, end);
    end();
  };
}

/** Temporary names are random: the trace has them all alike. */
function shown(path: string): string {
  return (relative(root, path) || '.').replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/, '*');
}

function numbered(line: string): string {
  const count = (counts.get(line) ?? 0) + 1;
  counts.set(line, count);
  return `${line} #${count}`;
}

function opensToRead(name: string, flags: unknown): boolean {
  if (name !== 'open') return false;
  const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC } = fs.constants;
  return typeof flags === 'number'
    ? (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) === 0
    : flags === undefined || flags === 'r';
}

function pathOf(descriptor: number): string {
  return readlinkSync(`/proc/self/fd/${descriptor}`);
}
