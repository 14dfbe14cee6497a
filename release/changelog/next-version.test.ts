import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf, inFolder } from '../testing/in-folder.ts';
import { readChangesetsApart } from '../testing/read-changesets-apart.ts';
import { changesetFiles, packageOf, writeFiles } from '../testing/repository.ts';
import { runIn } from '../version/run.ts';
import { nextVersion } from './next-version.ts';

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const lockOf = (version: string): string =>
  json({
    name: 'root',
    lockfileVersion: 3,
    packages: { '': { name: 'root' }, release: { name: '@bitclouded/release', version } },
  });

/** A workspace with changesets' own program. */
async function inWorkspace(version: string, bumps: readonly string[], work: (folder: string) => Promise<void>) {
  await inFolder(async (folder) => {
    await writeFiles(folder, {
      ...packageOf(version),
      ...changesetFiles(...bumps),
      'package.json': json({ name: 'root', private: true, workspaces: ['release'] }),
      'package-lock.json': lockOf(version),
    });
    await symlink(join(__dirname, '../../node_modules'), join(folder, 'node_modules'));
    await work(folder);
  });
}

const next = (folder: string) => nextVersion(folder, runIn(folder), readChangesetsApart);

test('turns changesets into a version, an entry of the changelog, and the same version in the lock', () =>
  inWorkspace('1.4.0', ['patch', 'minor'], async (folder) => {
    expect(await next(folder)).toEqual({ version: '1.5.0', changes: 2 });
    const read = (path: string) => readFile(join(folder, path), 'utf8');
    expect(await read('release/package.json')).toBe(packageOf('1.5.0')['release/package.json']);
    expect(await read('package-lock.json')).toBe(lockOf('1.5.0'));
    expect(await read('CHANGELOG.md')).toBe(
      '# Changelog\n\n## 1.5.0\n\n### What is new\n\n- What a minor brings.\n\n### What is better\n\n- What a patch brings.\n',
    );
    expect((await failureOf(next(folder))).code).toBe('nothing-to-version');
  }));

test('each prerelease has an entry, and the version one with all of their changes', () =>
  inWorkspace('1.4.0', ['minor'], async (folder) => {
    await writeFiles(folder, { '.changeset/pre.json': '{"mode":"pre","tag":"rc"}' });
    expect((await next(folder)).version).toBe('1.5.0-rc.0');
    await writeFiles(folder, { '.changeset/more.md': '---\n"@bitclouded/release": patch\n---\n\nQuicker.\n' });
    expect((await next(folder)).version).toBe('1.5.0-rc.1');
    await writeFiles(folder, { '.changeset/pre.json': '{"mode":"exit","tag":"rc"}' });
    expect(await next(folder)).toEqual({ version: '1.5.0', changes: 2 });
    const changelog = await readFile(join(folder, 'CHANGELOG.md'), 'utf8');
    expect(changelog.match(/^(?:## .*|- .*)$/gm)).toEqual([
      '## 1.5.0',
      '- What a minor brings.',
      '- Quicker.',
      '## 1.5.0-rc.1',
      '- Quicker.',
      '## 1.5.0-rc.0',
      '- What a minor brings.',
    ]);
  }));

test('says what changesets said when it fails', () =>
  inWorkspace('1.4.0', ['minor'], async (folder) => {
    const run = async () => ({ exitCode: 1, stdout: 'no workspace here', stderr: '' });
    const failure = await failureOf(nextVersion(folder, run, readChangesetsApart));
    expect(failure.code).toBe('version-failed');
    expect(failure.message).toContain('no workspace here');
  }));
