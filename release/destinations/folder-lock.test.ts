import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf, inFolder } from '../testing/in-folder.ts';
import { lock, tryLock } from './folder-lock.ts';

const go = new AbortController().signal;

it('is held by one alone, or shared by many', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.lock');
    const held = await lock(path, 'exclusive', go);
    expect(tryLock(path, 'exclusive')).toBeUndefined();
    expect(tryLock(path, 'shared')).toBeUndefined();
    held.release();
    const [one, two] = [tryLock(path, 'shared'), tryLock(path, 'shared')];
    expect(tryLock(path, 'exclusive')).toBeUndefined();
    one!.release();
    expect(tryLock(path, 'exclusive')).toBeUndefined();
    two!.release();
    tryLock(path, 'exclusive')!.release();
    expect((await stat(path)).size).toBe(0);
  }));

it('ends with a process that is killed', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.lock');
    const program = `
      import { lock } from ${JSON.stringify(join(__dirname, 'folder-lock.ts'))};
      globalThis.held = await lock(${JSON.stringify(path)}, 'exclusive', new AbortController().signal);
      console.log('held');
      setTimeout(() => {}, 20_000);`;
    const holder = spawn('node', ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(holder, 'exit');
    await once(holder.stdout, 'data');
    const whileHeld = tryLock(path, 'exclusive');
    holder.kill('SIGKILL');
    await ended;
    expect(whileHeld).toBeUndefined();
    tryLock(path, 'exclusive')!.release();
  }));

it('says who should end when it waits in vain', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.lock');
    const held = await lock(path, 'exclusive', go);
    const error = await failureOf(lock(path, 'exclusive', go, 20));
    expect(error.code).toBe('lock-timeout');
    expect(error.message).toContain(path);
    held.release();
  }));

it('refuses a file that something else wrote, and leaves it as it is', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.lock');
    await writeFile(path, 'notes of somebody, long enough to be more than an empty file'.repeat(20));
    expect((await failureOf(lock(path, 'exclusive', go))).code).toBe('host-unavailable');
    await mkdir(join(folder, 'b.lock'));
    expect((await failureOf(lock(join(folder, 'b.lock'), 'exclusive', go))).code).toBe('host-unavailable');
    expect((await stat(path)).size).toBeGreaterThan(1000);
  }));
