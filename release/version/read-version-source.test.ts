import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf, inFolder } from '../testing/in-folder.ts';
import { gitIn, packageOf, writeFiles } from '../testing/repository.ts';
import { decideVersion } from './decide-version.ts';
import { readVersionSource } from './read-version-source.ts';
import { type Run, runIn } from './run.ts';

const noChangesets = async (): Promise<undefined> => undefined;
const decide = async (folder: string) => decideVersion(await readVersionSource(folder, runIn(folder), noChangesets));

/** A repository whose HEAD gave it version 1.4.0. */
async function inRepository(work: (folder: string, git: ReturnType<typeof gitIn>) => Promise<void>): Promise<void> {
  await inFolder(async (outer) => {
    const folder = join(outer, 'a repository');
    await writeFiles(folder, { ...packageOf('1.3.0'), '.gitignore': 'dist/\n' });
    const git = gitIn(folder);
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '--all');
    await git('commit', '--quiet', '--message=First');
    await writeFiles(folder, packageOf('1.4.0'));
    await git('commit', '--quiet', '--all', '--message=Version');
    await work(folder, git);
  });
}

const RELEASE = { kind: 'release', version: '1.4.0' };
const DEVELOPMENT = { kind: 'development', next: '1.4.1' };

test("a clean work tree at the version's commit is that version", () =>
  inRepository(async (folder) => {
    await writeFiles(folder, { 'dist/ignored': '' });
    expect(await decide(folder)).toEqual(RELEASE);
  }));

test.each([
  ['a changed file', { 'release/package.json': `${packageOf('1.4.0')['release/package.json']}\n` }],
  ['a new file', { 'packages/new.ts': '' }],
])('%s makes it work on the next version', (_, files) =>
  inRepository(async (folder) => {
    await writeFiles(folder, files as Record<string, string>);
    expect(await decide(folder)).toEqual(DEVELOPMENT);
  }),
);

test('a later commit is work on the next version', () =>
  inRepository(async (folder, git) => {
    await writeFiles(folder, { 'README.md': 'What it is' });
    await git('add', '--all');
    await git('commit', '--quiet', '--message=Say what it is');
    expect(await decide(folder)).toEqual(DEVELOPMENT);
  }));

test("the merge of a version's pull request is that version", () =>
  inRepository(async (folder, git) => {
    await git('checkout', '--quiet', '-b', 'version');
    await writeFiles(folder, packageOf('1.5.0'));
    await git('commit', '--quiet', '--all', '--message=Version');
    await git('checkout', '--quiet', 'main');
    await writeFiles(folder, { 'README.md': 'What it is' });
    await git('add', '--all');
    await git('commit', '--quiet', '--message=Say what it is');
    await git('merge', '--quiet', '--no-ff', '--message=Merge', 'version');
    expect(await decide(folder)).toEqual({ kind: 'release', version: '1.5.0' });
  }));

test('a shallow clone is a version only where its tag says so', () =>
  inRepository(async (folder, git) => {
    const shallow = join(folder, '../shallow');
    const clone = () => git('clone', '--quiet', '--depth=1', `file://${folder}`, shallow);
    await clone();
    expect(await decide(shallow)).toEqual(DEVELOPMENT);
    await rm(shallow, { recursive: true });
    await git('tag', 'v1.4.0');
    await clone();
    expect(await decide(shallow)).toEqual(RELEASE);
  }));

test('without git, and before the first commit, it is always work on the next version', () =>
  inFolder(async (folder) => {
    await writeFiles(folder, packageOf('1.4.0'));
    expect(await decide(folder)).toEqual(DEVELOPMENT);
    const noSuchProgram: Run = () => runIn(folder)('bitclouded-has-no-such-program', []);
    expect((await readVersionSource(folder, noSuchProgram, noChangesets)).git).toBeUndefined();
    await gitIn(folder)('init', '--quiet');
    expect(await decide(folder)).toEqual(DEVELOPMENT);
  }));

test('a git that fails is no absent git', () =>
  inRepository(async (folder) => {
    const run: Run = async (program, args) =>
      args[0] === 'status'
        ? { exitCode: 128, stdout: '', stderr: 'fatal: index file corrupt' }
        : runIn(folder)(program, args);
    const failure = await failureOf(readVersionSource(folder, run, noChangesets));
    expect(failure.code).toBe('git-failed');
    expect(failure.message).toContain('index file corrupt');
  }));

test.each(['{', '{}', '{"version":"1.4"}', '{"version":"v1.4.0"}', 'null', undefined])(
  'refuses release/package.json with %s',
  (text) =>
    inFolder(async (folder) => {
      await writeFiles(folder, packageOf('1.4.0'));
      const path = join(folder, 'release/package.json');
      if (text === undefined) await rm(path);
      else await writeFile(path, text);
      const { code, faults } = await failureOf(readVersionSource(folder, runIn(folder), noChangesets));
      expect([code, faults[0]!.where]).toEqual(['package-version-invalid', path]);
    }),
);
