import type { GitState, VersionSource } from '../version/read-version-source.ts';
import { whyDevelopment } from './why-development.ts';

const HEAD = 'a'.repeat(40);
const git: GitState = { clean: true, shallow: false, head: HEAD, versionCommit: HEAD, tagsAtHead: [] };
const released: VersionSource = { packageVersion: '1.4.0', pending: undefined, git };

it('has nothing to say of a release', () => {
  expect(whyDevelopment(released)).toEqual([]);
});

it.each<[string, Partial<VersionSource>, string]>([
  ['no git', { git: undefined }, 'this folder has no git history'],
  ['changes', { git: { ...git, clean: false } }, 'the work tree has changes that are not committed'],
  ['changesets', { pending: { version: '1.5.0', changes: [] } }, 'changesets wait for version 1.5.0'],
  [
    'a later commit',
    { git: { ...git, versionCommit: 'b'.repeat(40) } },
    'HEAD is not the commit that made version 1.4.0',
  ],
  ['a shallow clone', { git: { ...git, shallow: true } }, 'the history is shallow, and no tag v1.4.0 is at HEAD'],
  ['no version', { packageVersion: '0.0.0' }, 'no version was given yet (release/package.json says 0.0.0)'],
])('names %s', (_, change, reason) => {
  expect(whyDevelopment({ ...released, ...change })).toEqual([reason]);
});

it('names every reason', () => {
  const all = {
    ...released,
    pending: { version: '1.5.0', changes: [] },
    git: { ...git, clean: false, versionCommit: undefined },
  };
  expect(whyDevelopment(all)).toHaveLength(3);
});
