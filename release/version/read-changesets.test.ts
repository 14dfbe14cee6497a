import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf, inFolder } from '../testing/in-folder.ts';
import { readChangesetsApart } from '../testing/read-changesets-apart.ts';
import { changesetFiles, packageOf, writeFiles } from '../testing/repository.ts';

const CHANGE = '---\n"@bitclouded/release": minor\n---\n\nSomething new.\n';

test('says which version the changesets make, and what they tell', () =>
  inFolder(async (folder) => {
    await writeFiles(folder, { ...packageOf('1.4.0'), ...changesetFiles('patch', 'minor') });
    expect(await readChangesetsApart(folder)).toEqual({
      version: '1.5.0',
      changes: [
        { id: 'change-0', bump: 'patch', summary: 'What a patch brings.' },
        { id: 'change-1', bump: 'minor', summary: 'What a minor brings.' },
      ],
    });
  }));

test('without changesets, or with an empty one, nothing waits', () =>
  inFolder(async (folder) => {
    await writeFiles(folder, packageOf('1.4.0'));
    expect(await readChangesetsApart(folder)).toBeUndefined();
    await writeFiles(folder, {
      ...changesetFiles(),
      '.changeset/README.md': 'How this works',
      '.changeset/empty.md': '---\n---\n',
    });
    expect(await readChangesetsApart(folder)).toBeUndefined();
  }));

test('prerelease mode makes prereleases, and leaving it the version itself', () =>
  inFolder(async (folder) => {
    await writeFiles(folder, {
      ...packageOf('1.4.0'),
      ...changesetFiles(),
      '.changeset/pre.json': '{"mode":"pre","tag":"rc"}',
    });
    await writeFiles(folder, { '.changeset/one.md': CHANGE });
    expect((await readChangesetsApart(folder))?.version).toBe('1.5.0-rc.0');
    await writeFiles(folder, {
      ...packageOf('1.5.0-rc.0'),
      '.changeset/pre/two.md': CHANGE,
      '.changeset/one.md': '---\n---\n',
    });
    expect(await readChangesetsApart(folder)).toBeUndefined();
    await writeFiles(folder, { '.changeset/pre.json': '{"mode":"exit","tag":"rc"}' });
    expect(await readChangesetsApart(folder)).toEqual({
      version: '1.5.0',
      changes: [{ id: 'pre/two', bump: 'minor', summary: 'Something new.' }],
    });
  }));

test('names every broken changeset with its file', () =>
  inFolder(async (folder) => {
    await writeFiles(folder, {
      ...packageOf('1.4.0'),
      ...changesetFiles('minor'),
      '.changeset/empty.md': '',
      '.changeset/no-front-matter.md': 'Something new.\n',
      '.changeset/other-package.md': '---\n"@bitclouded/kit": minor\n---\n\nSomething new.\n',
      '.changeset/silent.md': '---\n"@bitclouded/release": minor\n---\n',
      '.changeset/wrong-bump.md': '---\n"@bitclouded/release": huge\n---\n\nSomething new.\n',
    });
    const { code, faults, message } = await failureOf(readChangesetsApart(folder));
    expect(code).toBe('changeset-invalid');
    expect(faults.map(({ where }) => where)).toEqual(
      ['empty', 'no-front-matter', 'other-package', 'silent', 'wrong-bump'].map((name) =>
        join(folder, `.changeset/${name}.md`),
      ),
    );
    expect(message).toContain('npx changeset add');
  }));

test.each([
  ['config.json', '{'],
  ['config.json', '{"access":"everybody"}'],
  ['pre.json', '{'],
  ['pre.json', '{"mode":"sometimes"}'],
])('names %s that changesets cannot read', (file, text) =>
  inFolder(async (folder) => {
    await writeFiles(folder, { ...packageOf('1.4.0'), ...changesetFiles('minor') });
    await writeFile(join(folder, '.changeset', file), text);
    const { code, faults } = await failureOf(readChangesetsApart(folder));
    expect([code, faults[0]!.where]).toEqual(['changesets-unreadable', join(folder, '.changeset', file)]);
  }),
);
