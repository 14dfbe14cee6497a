import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, realpath, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Of } from '@bitclouded/documents';
import { ReleaseError } from '../release-error.ts';
import type { Destination, Digest, HostObject, StoredObject } from './destination.ts';
import { digestOf } from './digest-of.ts';
import { hostErrorOf, specialFile, unsafeKey } from './folder-faults.ts';
import { type FolderLock, lock, tryLock } from './folder-lock.ts';
import { differs, OBJECT_LIMIT_BYTES, tooLarge } from './object-faults.ts';

/** Where objects are written before they get their key: hidden, on the same file system, never listed or served. */
export const INCOMING = '.incoming';
/** Holds further regions, one folder each; the home region is the folder itself. */
const REGIONS = 'regions';
const WRITERS = '.writers';
const TEMPORARY = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

/**
 * A folder as a host. An object appears under its key by link(2) or rename(2) of a finished file, so it is
 * whole or absent however the writer ends.
 *
 * Who writes holds a shared lock on `.incoming/.writers` that ends with the process. `tidy` takes it exclusive:
 * if it gets it, nobody writes, and whatever lies in `.incoming` belongs to a process that is gone.
 *
 * @param folder absolute path
 */
export function openFolder(folder: string, homeRegion: string): Destination {
  const incoming = join(folder, INCOMING);
  const making = new Map<string, Promise<void>>();
  let writers: Promise<FolderLock> | undefined;

  const baseOf = (region: string): string => (region === homeRegion ? folder : join(folder, REGIONS, region));

  /** Opens the file of a key, once it is known to be one, for as long as `work` takes. */
  async function withFile<T>(
    region: string,
    key: string,
    work: (file: FileHandle) => Promise<T>,
  ): Promise<T | undefined> {
    const path = join(baseOf(region), checkedKey(key));
    const file = await openNoFollow(path, key);
    if (file === undefined) return undefined;
    try {
      const state = await file.stat();
      if (!state.isFile()) throw specialFile(path);
      if (state.size > OBJECT_LIMIT_BYTES) throw tooLarge(path, state.size);
      if (!(await liesAt(dirname(path)))) throw specialFile(path);
      return await work(file);
    } finally {
      await file.close();
    }
  }

  function readFile(region: string, key: string): Promise<StoredObject | undefined> {
    return withFile(region, key, async (file) => {
      const bytes = await file.readFile();
      return { bytes, tag: sha256Of(bytes) };
    });
  }

  function digestFile(region: string, key: string): Promise<Digest | undefined> {
    return withFile(region, key, (file) => digestOf(file.createReadStream({ autoClose: false })));
  }

  /** That no folder between the host's and `path` is a link. */
  async function liesAt(path: string): Promise<boolean> {
    return (await realpath(path)) === join(await realpath(folder), path.slice(folder.length));
  }

  async function writeTemporary(bytes: Uint8Array, signal: AbortSignal): Promise<string> {
    await becomeWriter(signal);
    const path = join(incoming, `${randomUUID()}.part`);
    await removedOnFailure(path, () => writeFile(path, bytes, { flag: 'wx', flush: true, signal }));
    return path;
  }

  async function becomeWriter(signal: AbortSignal): Promise<void> {
    if (writers === undefined) {
      writers = makeFolder(incoming).then(() => lock(join(incoming, WRITERS), 'shared', signal));
      // A writer that could not begin may try again.
      writers.catch(() => {
        writers = undefined;
      });
    }
    await writers;
  }

  /** The path of a key, in a folder that exists now. */
  async function targetOf(region: string, key: string): Promise<string> {
    const path = join(baseOf(region), checkedKey(key));
    await makeFolder(dirname(path));
    return path;
  }

  /** Makes a folder once, however many objects of it are written at the same time. */
  function makeFolder(path: string): Promise<void> {
    const running = making.get(path) ?? makeFolderOnce(path).finally(() => making.delete(path));
    making.set(path, running);
    return running;
  }

  /** From the host's folder downwards, so that no folder is ever made behind a link. */
  async function makeFolderOnce(path: string): Promise<void> {
    const there = await unlessCode('ENOENT', liesAt(path));
    if (there === false) throw specialFile(path);
    if (there === true) return;
    if (path === folder) return void (await mkdir(folder, { recursive: true }));
    await makeFolder(dirname(path));
    await unlessCode('EEXIST', mkdir(path));
  }

  async function replace(region: string, object: HostObject, signal: AbortSignal): Promise<void> {
    const temporary = await writeTemporary(object.bytes, signal);
    await removedOnFailure(temporary, async () => rename(temporary, await targetOf(region, object.key)));
  }

  async function createOnce(region: string, object: HostObject, signal: AbortSignal): Promise<'created' | 'same'> {
    const before = await readFile(region, object.key);
    if (before !== undefined) return sameOrThrow(before, object, region);
    const temporary = await writeTemporary(object.bytes, signal);
    const created = await removedOnFailure(temporary, async () => {
      const target = await targetOf(region, object.key);
      return unlessCode(
        'EEXIST',
        link(temporary, target).then(() => true),
      );
    });
    await unlink(temporary);
    if (created) return 'created';
    const winner = await readFile(region, object.key);
    // Nothing here deletes, so only a hand from outside can take it away again.
    if (winner === undefined) throw differs(object, region, 'an object that came and went');
    return sameOrThrow(winner, object, region);
  }

  async function swapOnce(
    region: string,
    object: HostObject,
    tag: string | undefined,
    signal: AbortSignal,
  ): Promise<'swapped' | 'moved'> {
    await mkdir(dirname(folder), { recursive: true });
    const held = await lock(`${folder}.lock`, 'exclusive', signal);
    try {
      if ((await readFile(region, object.key))?.tag !== tag) return 'moved';
      await replace(region, object, signal);
      return 'swapped';
    } finally {
      held.release();
    }
  }

  async function removeLeftovers(): Promise<void> {
    if ((await temporaries()).length === 0) return;
    const alone = tryLock(join(incoming, WRITERS), 'exclusive');
    if (alone === undefined) return;
    try {
      for (const name of await temporaries()) await unlink(join(incoming, name));
    } finally {
      alone.release();
    }
  }

  async function temporaries(): Promise<string[]> {
    const entries = await entriesOf(incoming);
    return entries.filter((entry) => entry.isFile() && TEMPORARY.test(entry.name)).map((entry) => entry.name);
  }

  async function keysUnder(base: string, prefix: string, special: ReleaseError[]): Promise<string[]> {
    const keys: string[] = [];
    for (const entry of await entriesOf(join(base, prefix))) {
      if (prefix === '' && (entry.name === INCOMING || (base === folder && entry.name === REGIONS))) continue;
      const key = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isDirectory()) keys.push(...(await keysUnder(base, key, special)));
      else if (entry.isFile()) keys.push(key);
      else special.push(specialFile(join(base, key)));
    }
    return keys;
  }

  return {
    name: folder,
    create: (region, object, signal) => atHost(signal, object.key, () => createOnce(region, object, signal)),
    read: (region, key, signal) => atHost(signal, key, () => readFile(region, key)),
    digest: (region, key, signal) => atHost(signal, key, () => digestFile(region, key)),
    hashOf: (region, key, signal) => atHost(signal, key, async () => (await digestFile(region, key))?.sha256),
    swap: (region, object, tag, signal) => atHost(signal, object.key, () => swapOnce(region, object, tag, signal)),
    put: (region, object, signal) => atHost(signal, object.key, () => replace(region, object, signal)),
    list: (region, signal) =>
      atHost(signal, baseOf(region), async () => {
        const special: ReleaseError[] = [];
        const keys = await keysUnder(baseOf(region), '', special);
        if (special.length > 0) throw new ReleaseError(special.flatMap((error) => error.faults));
        return keys.sort();
      }),
    tidy: (signal) => atHost(signal, incoming, removeLeftovers),
  };
}

/** Runs one verb, and turns the system's errors into the release's. */
async function atHost<T>(signal: AbortSignal, where: string, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (cause) {
    throw hostErrorOf(cause, where);
  }
}

function checkedKey(key: string): string {
  if (/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(key) && !key.split('/').some((part) => part.startsWith('.')))
    return key;
  throw unsafeKey(key);
}

/** Opens for reading; never follows a link at the end of the path, never waits for a pipe's writer. */
async function openNoFollow(path: string, key: string) {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    // A link; a file where a folder belongs; a socket or a device.
    if (code === 'ELOOP' || code === 'EMLINK' || code === 'ENOTDIR' || code === 'ENXIO') throw specialFile(path);
    throw hostErrorOf(cause, key);
  }
}

/** @returns undefined where the system answers with `code` */
async function unlessCode<T>(code: 'ENOENT' | 'EEXIST', work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== code) throw cause;
    return undefined;
  }
}

async function removedOnFailure<T>(temporary: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    await unlessCode('ENOENT', unlink(temporary));
    throw cause;
  }
}

async function entriesOf(folder: string) {
  return (await unlessCode('ENOENT', readdir(folder, { withFileTypes: true }))) ?? [];
}

function sameOrThrow(stored: StoredObject, object: HostObject, region: string): 'same' {
  if (stored.tag !== object.sha256) throw differs(object, region, `sha256 ${stored.tag}`);
  return 'same';
}
