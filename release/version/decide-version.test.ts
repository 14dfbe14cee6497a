import { sha256Of } from '@bitclouded/documents';
import fc from 'fast-check';
import { prerelease, valid } from 'semver';
import { decideVersion, developmentVersion } from './decide-version.ts';
import type { VersionSource } from './read-version-source.ts';

const COMMIT = 'a'.repeat(40);
const released: VersionSource = {
  packageVersion: '1.4.0',
  pending: undefined,
  git: { clean: true, shallow: false, head: COMMIT, versionCommit: COMMIT, tagsAtHead: [] },
};

test('waiting changesets make it work on the version that they ask for', () => {
  const pending = { version: '2.0.0', changes: [] };
  expect(decideVersion({ ...released, pending })).toEqual({ kind: 'development', next: '2.0.0' });
});

test('a prerelease that its commit gave is released as it is', () => {
  expect(decideVersion({ ...released, packageVersion: '1.5.0-rc.0' })).toEqual({
    kind: 'release',
    version: '1.5.0-rc.0',
  });
});

test('work towards a prerelease is work towards its version', () => {
  const pending = { version: '1.5.0-rc.1', changes: [] };
  expect(decideVersion({ ...released, pending })).toEqual({ kind: 'development', next: '1.5.0' });
  expect(decideVersion({ ...released, packageVersion: '1.5.0-rc.0', git: undefined })).toEqual({
    kind: 'development',
    next: '1.5.0',
  });
});

test('0.0.0 is no version: nothing was released yet', () => {
  expect(decideVersion({ ...released, packageVersion: '0.0.0' })).toEqual({ kind: 'development', next: '0.0.1' });
});

test('a tag of another version at HEAD vouches for nothing in a shallow clone', () => {
  const git = { ...released.git!, shallow: true, tagsAtHead: ['v1.3.0'] };
  expect(decideVersion({ ...released, git }).kind).toBe('development');
});

test('every hash makes a semantic version that npm and S3 take as it is', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f]{64}$/), (sha256) => {
      const version = developmentVersion('1.4.1', sha256);
      expect(valid(version)).toBe(version);
      expect(prerelease(version)).toEqual(['dev', expect.stringMatching(/^[a-f][0-9a-f]{11}$/)]);
    }),
    { examples: [['0'.repeat(64)], [`${'0'.repeat(60)}ffff`]] },
  );
});

test('the hash is a part of the one that it is given', () => {
  const sha256 = sha256Of('some build');
  expect(sha256).toContain(developmentVersion('1.4.1', sha256).slice('1.4.1-dev.'.length));
});
