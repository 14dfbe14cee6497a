import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { findTemplates } from './find-templates.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'find-')));
  for (const below of ['a/b', 'a/.hidden', 'a/node_modules/x', 'empty'])
    mkdirSync(join(folder, below), { recursive: true });
  for (const file of [
    'z.yaml',
    'a/y.yml',
    'a/b/x.json',
    'a/b/w.template',
    'a/b/v.txt',
    'a/.hidden/u.yaml',
    'a/node_modules/x/t.yaml',
  ])
    writeFileSync(join(folder, file), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

const found = async (...paths: string[]): Promise<string[]> =>
  (await findTemplates(paths, folder)).map(({ shown }) => shown);

describe('finding templates', () => {
  it('searches folders by ending, in the order of names, and passes over what others own', async () => {
    expect(await found('.')).toEqual(['z.yaml', 'a/y.yml', 'a/b/w.template', 'a/b/x.json']);
  });

  it('takes a named file whatever its ending, and each file once', async () => {
    expect(await found('a/b/v.txt', 'a', join(folder, 'a/y.yml'))).toEqual([
      'a/b/v.txt',
      'a/y.yml',
      'a/b/w.template',
      'a/b/x.json',
    ]);
  });

  it('comes to an end in a circle of links', async () => {
    symlinkSync(folder, join(folder, 'a/b/up'));
    symlinkSync(join(folder, 'a/b/loop.yaml'), join(folder, 'a/b/loop.yaml'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'a/b/broken.yaml'));
    symlinkSync(join(folder, 'z.yaml'), join(folder, 'a/again.yaml'));
    expect(await found('.')).toEqual(['z.yaml', 'a/y.yml', 'a/b/w.template', 'a/b/x.json']);
  });

  it('tells every path that is not there, at once', async () => {
    const error = await found('nope.yaml', 'a', 'nor/this').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CliError);
    expect((error as CliError).faults.map(({ where, code }) => [where, code])).toEqual([
      ['nope.yaml', 'path-missing'],
      ['nor/this', 'path-missing'],
    ]);
  });

  it('refuses a folder in which nothing could be a template', async () => {
    await expect(found('empty')).rejects.toThrow('nothing-to-check');
  });
});
