import { execFileSync, spawnSync } from 'node:child_process';
import { link, mkdir, readdir, readFile, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '@bitclouded/documents';
import { contentsOf, failureOf, inFolder } from '../testing/in-folder.ts';
import type { Destination } from './destination.ts';
import { openFolder } from './folder.ts';
import { lock } from './folder-lock.ts';
import { hostObject } from './host-object.ts';

const HOME = 'eu-west-1';
const go = new AbortController().signal;
const object = (key: string, text: string) => hostObject(key, Buffer.from(text));

function inHost(work: (host: Destination, folder: string, root: string) => Promise<void>): Promise<void> {
  return inFolder((root) => work(openFolder(join(root, 'host'), HOME), join(root, 'host'), root));
}

const KEY = 'v1.0.0/templates/networking/vpc.yaml';

describe('create', () => {
  it('writes an object once, and says the second time that it is there', () =>
    inHost(async (host, folder) => {
      expect(await host.create(HOME, object(KEY, 'one'), go)).toBe('created');
      expect(await host.create(HOME, object(KEY, 'one'), go)).toBe('same');
      expect(await contentsOf(folder)).toEqual({ [KEY]: 'one' });
    }));

  it('refuses other bytes under a key, names both hashes and leaves the first', () =>
    inHost(async (host, folder) => {
      await host.create(HOME, object(KEY, 'one'), go);
      const error = await failureOf(host.create(HOME, object(KEY, 'two'), go));
      expect(error.code).toBe('object-differs');
      expect(error.message).toContain(sha256Of('one'));
      expect(error.message).toContain(sha256Of('two'));
      expect(await contentsOf(folder)).toEqual({ [KEY]: 'one' });
    }));

  it('lets exactly one of many win', () =>
    inHost(async (_, folder) => {
      const hosts = Array.from({ length: 8 }, () => openFolder(folder, HOME));
      const results = await Promise.allSettled(hosts.map((host, i) => host.create(HOME, object(KEY, `by ${i}`), go)));
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      expect(Object.keys(await contentsOf(folder))).toEqual([KEY]);
    }));

  it('keeps regions apart', () =>
    inHost(async (host) => {
      await host.create('us-east-1', object(KEY, 'east'), go);
      await host.create(HOME, object(KEY, 'home'), go);
      expect((await host.read('us-east-1', KEY, go))?.bytes.toString()).toBe('east');
      expect(await host.list!(HOME, go)).toEqual([KEY]);
      expect(await host.list!('us-east-1', go)).toEqual([KEY]);
    }));

  it('never writes through a linked folder', () =>
    inHost(async (host, folder, root) => {
      await mkdir(join(root, 'elsewhere'));
      await mkdir(folder);
      await symlink(join(root, 'elsewhere'), join(folder, 'v1.0.0'));
      expect((await failureOf(host.create(HOME, object(KEY, 'one'), go))).code).toBe('host-special-file');
      expect((await failureOf(host.put(HOME, object(KEY, 'one'), go))).code).toBe('host-special-file');
      expect(await readdir(join(root, 'elsewhere'))).toEqual([]);
      expect(await readdir(join(folder, '.incoming'))).toEqual(['.writers']);
    }));
});

describe('read', () => {
  it('says absent for a host that does not exist', () =>
    inHost(async (host) => {
      expect(await host.read(HOME, KEY, go)).toBeUndefined();
      expect(await host.list!(HOME, go)).toEqual([]);
    }));

  it.each([
    ['a link', (path: string) => symlink('/etc/hostname', path)],
    ['a folder', (path: string) => mkdir(path)],
    ['a pipe', async (path: string) => void execFileSync('mkfifo', [path])],
  ])('refuses %s in place of an object', (_, make) =>
    inHost(async (host, folder) => {
      await mkdir(folder);
      await make(join(folder, 'index.json'));
      const error = await failureOf(host.read(HOME, 'index.json', go));
      expect(error.code).toBe('host-special-file');
      expect(error.message).toContain('index.json');
    }),
  );

  it('refuses an object behind a linked folder', () =>
    inHost(async (host, folder, root) => {
      await mkdir(join(root, 'secrets/templates'), { recursive: true });
      await writeFile(join(root, 'secrets/templates/a.yaml'), 'secret');
      await mkdir(folder);
      await symlink(join(root, 'secrets'), join(folder, 'v1.0.0'));
      expect((await failureOf(host.read(HOME, 'v1.0.0/templates/a.yaml', go))).code).toBe('host-special-file');
    }));

  it('refuses a file where a folder belongs', () =>
    inHost(async (host, folder) => {
      await mkdir(folder);
      await writeFile(join(folder, 'latest'), '');
      expect((await failureOf(host.read(HOME, 'latest/alias.json', go))).code).toBe('host-special-file');
    }));

  it.each(['../secret', '/etc/passwd', 'v1.0.0//a', '.incoming/a', 'v1.0.0/.hidden', 'a\\b', ''])(
    'refuses the key %p',
    (key) => inHost(async (host) => expect((await failureOf(host.read(HOME, key, go))).code).toBe('key-unsafe')),
  );

  it('refuses an object that is larger than anything that is published', () =>
    inHost(async (host, folder) => {
      await mkdir(folder);
      await writeFile(join(folder, 'index.json'), '');
      await truncate(join(folder, 'index.json'), 257 * 1024 * 1024);
      expect((await failureOf(host.read(HOME, 'index.json', go))).code).toBe('object-too-large');
    }));

  it('says which system error kept it from a host', () =>
    inHost(async (host, folder) => {
      await writeFile(folder, 'a file');
      const error = await failureOf(host.create(HOME, object(KEY, 'one'), go));
      expect(error.code).toBe('host-special-file');
      const list = await failureOf(host.list!(HOME, go));
      expect(list.code).toBe('host-unavailable');
      expect(list.message).toContain('ENOTDIR');
    }));
});

describe('list', () => {
  it('names every link and special file in one error', () =>
    inHost(async (host, folder) => {
      await host.create(HOME, object(KEY, 'one'), go);
      await symlink('/etc', join(folder, 'etc'));
      await symlink('/etc/hostname', join(folder, 'v1.0.0/hostname'));
      const error = await failureOf(host.list!(HOME, go));
      expect(error.faults.map((fault) => fault.where)).toEqual(
        [join(folder, 'v1.0.0/hostname'), join(folder, 'etc')].sort(),
      );
    }));
});

describe('swap', () => {
  it('replaces what has the tag, and nothing else', () =>
    inHost(async (host) => {
      expect(await host.swap(HOME, object('index.json', '1'), 'some', go)).toBe('moved');
      expect(await host.swap(HOME, object('index.json', '1'), undefined, go)).toBe('swapped');
      expect(await host.swap(HOME, object('index.json', '2'), undefined, go)).toBe('moved');
      const { tag } = (await host.read(HOME, 'index.json', go))!;
      expect(await host.swap(HOME, object('index.json', '2'), tag, go)).toBe('swapped');
      expect((await host.read(HOME, 'index.json', go))?.bytes.toString()).toBe('2');
    }));

  it('loses no update of many', () =>
    inHost(async (_, folder) => {
      const add = async (host: Destination): Promise<void> => {
        const stored = await host.read(HOME, 'index.json', go);
        const next = object('index.json', String(Number(stored?.bytes.toString() ?? 0) + 1));
        if ((await host.swap(HOME, next, stored?.tag, go)) === 'moved') await add(host);
      };
      await Promise.all(Array.from({ length: 12 }, () => add(openFolder(folder, HOME))));
      expect(await readFile(join(folder, 'index.json'), 'utf8')).toBe('12');
    }));

  it('ends its wait for the lock when it is told to', () =>
    inHost(async (host, folder) => {
      await mkdir(folder);
      const held = await lock(`${folder}.lock`, 'exclusive', go);
      const stop = new AbortController();
      const waiting = failureOf(host.swap(HOME, object('index.json', '1'), undefined, stop.signal));
      stop.abort();
      expect(await waiting).toMatchObject({ name: 'AbortError' });
      held.release();
      expect(await host.read(HOME, 'index.json', go)).toBeUndefined();
    }));
});

describe('tidy', () => {
  const leftover = '.incoming/01234567-89ab-4cde-8f01-23456789abcd.part';

  it('removes what a dead writer left, and nothing of anybody else', () =>
    inFolder(async (root) => {
      const folder = join(root, 'host');
      // A process that writes and is killed: its lock ends with it.
      const program = `
        import { openFolder } from ${JSON.stringify(join(__dirname, 'folder.ts'))};
        import { writeFileSync } from 'node:fs';
        const object = { key: '${KEY}', bytes: Buffer.from('one'), sha256: '' };
        await openFolder(${JSON.stringify(folder)}, '${HOME}').put('${HOME}', object, new AbortController().signal);
        writeFileSync(${JSON.stringify(join(folder, leftover))}, 'half');
        writeFileSync(${JSON.stringify(join(folder, '.incoming/notes.txt'))}, 'mine');
        process.kill(process.pid, 'SIGKILL');`;
      expect(spawnSync('node', ['--input-type=module', '-e', program]).signal).toBe('SIGKILL');
      expect(Object.keys(await contentsOf(folder))).toEqual([leftover, '.incoming/notes.txt', KEY]);
      await openFolder(folder, HOME).tidy!(go);
      expect(Object.keys(await contentsOf(folder))).toEqual(['.incoming/notes.txt', KEY]);
    }));

  it('leaves what a living writer may still need', () =>
    inHost(async (host, folder) => {
      await host.create(HOME, object(KEY, 'one'), go);
      await writeFile(join(folder, leftover), 'half');
      await openFolder(folder, HOME).tidy!(go);
      expect(Object.keys(await contentsOf(folder))).toEqual([leftover, KEY]);
    }));

  it('removes a leftover that is a second name of a published object, and not the object', () =>
    inFolder(async (root) => {
      const folder = join(root, 'host');
      await mkdir(join(folder, '.incoming'), { recursive: true });
      await writeFile(join(folder, 'index.json'), 'whole');
      await link(join(folder, 'index.json'), join(folder, leftover));
      await openFolder(folder, HOME).tidy!(go);
      expect(await contentsOf(folder)).toEqual({ 'index.json': 'whole' });
      await unlink(join(folder, 'index.json'));
    }));
});

it('does nothing once it is told to stop', () =>
  inHost(async (host, folder) => {
    const stopped = AbortSignal.abort();
    await failureOf(host.create(HOME, object(KEY, 'one'), stopped));
    await failureOf(host.put(HOME, object(KEY, 'one'), stopped));
    expect(await contentsOf(folder).catch(() => ({}))).toEqual({});
  }));
