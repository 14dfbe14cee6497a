import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CliError, type CliErrorCode } from '../cli-error.ts';

type PathFault = Extract<CliErrorCode, `path-${string}`>;

const TEMPLATE_FILES = /\.(?:ya?ml|json|template)$/i;
/** Folders that hold others' files or a tool's own. */
const PASSED_OVER = /^(?:\..+|node_modules)$/;

export interface FoundFile {
  readonly path: string;
  /** The path as messages show it: from the working folder where it lies in it, with forward slashes. */
  readonly shown: string;
  /** Whether it was named itself, not met in a folder. */
  readonly isNamed: boolean;
}

/**
 * The files to look at: those named, and those in named folders whose ending is a template's. In the order of
 * names; each file and folder once, whatever links lead to it.
 * @throws CliError with every path that cannot be read
 */
export async function findTemplates(paths: readonly string[], cwd: string): Promise<FoundFile[]> {
  const faults: CliError['faults'][number][] = [];
  const seen = new Set<string>();
  const found: FoundFile[] = [];
  for (const given of paths) {
    const path = resolve(cwd, given);
    const what = await kindOf(path);
    if (what === 'folder') found.push(...(await filesBelow(path, cwd, seen, faults)));
    else if (what === 'file') {
      if (isNew(await realpath(path), seen)) found.push({ path, shown: shown(path, cwd), isNamed: true });
    } else faults.push(fault(what, given));
  }
  if (faults.length > 0) throw new CliError(faults);
  if (found.length === 0)
    throw new CliError({
      code: 'nothing-to-check',
      where: paths.join(', '),
      received: 'no file that could be a template',
      expected: '*.yaml, *.yml, *.json or *.template',
      remedy: 'name a template, or a folder that has some',
    });
  return found;
}

/** @param faults gets what cannot be read */
async function filesBelow(
  root: string,
  cwd: string,
  seen: Set<string>,
  faults: CliError['faults'][number][],
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (!isNew(await realpath(folder), seen)) continue;
    const names = await namesIn(folder);
    if (names === undefined) {
      faults.push(fault('path-unreadable', shown(folder, cwd)));
      continue;
    }
    const below: string[] = [];
    for (const name of names) {
      const path = join(folder, name);
      const what = PASSED_OVER.test(name) ? undefined : await kindOf(path);
      if (what === 'folder') below.push(path);
      else if (what === 'file' && TEMPLATE_FILES.test(name) && isNew(await realpath(path), seen))
        found.push({ path, shown: shown(path, cwd), isNamed: false });
    }
    folders.push(...below.reverse());
  }
  return found;
}

/** What a folder holds, in the order of names; undefined where the system does not let it be read. */
async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    return undefined;
  }
}

/**
 * What reading gives.
 * @throws CliError path-unreadable where the system does not let it be read
 */
export async function readable<T>(reading: Promise<T>, path: string): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENOENT') throw cause;
    throw new CliError(fault('path-unreadable', path), { cause });
  }
}

/** What stands at a path, behind links; an error's code where nothing can be read there. */
async function kindOf(path: string): Promise<'file' | 'folder' | PathFault> {
  try {
    const entry = await stat(path);
    if (entry.isDirectory()) return 'folder';
    return entry.isFile() ? 'file' : 'path-special';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A link that leads nowhere, or in a circle, leads to nothing.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return 'path-missing';
    if (code === 'EACCES' || code === 'EPERM') return 'path-unreadable';
    throw error;
  }
}

function isNew(path: string, seen: Set<string>): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  return true;
}

function shown(path: string, cwd: string): string {
  const from = relative(cwd, path);
  return (from.startsWith('..') || isAbsolute(from) ? path : from).split(sep).join('/');
}

function fault(code: PathFault, where: string): CliError['faults'][number] {
  const received = {
    'path-missing': 'nothing',
    'path-unreadable': 'something that may not be read',
    'path-special': 'a device, pipe or socket',
  }[code];
  return { code, where, received, expected: 'a file or folder', remedy: 'correct the path' };
}
