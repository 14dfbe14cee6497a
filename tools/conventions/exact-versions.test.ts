import { exactVersions } from './exact-versions.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const check = (section: string, wanted: string) =>
  describeViolations(
    exactVersions([
      { path: 'packages/a/package.json', text: JSON.stringify({ [section]: { 'some-package': wanted } }) },
    ]),
  );

describe('every dependency is named by one version', () => {
  it('in the repository', () => {
    expect(describeViolations(exactVersions(repositoryFiles()))).toEqual([]);
  });

  it.each([
    '^1.2.3',
    '~1.2.3',
    '>=1.2.3',
    '1.2',
    '1.x',
    '*',
    '',
    'latest',
    'v1.2.3',
    'npm:other@^1.2.3',
    'npm:other',
    'file:../b',
    'github:a/b',
  ])('refuses %j', (wanted) => {
    expect(check('devDependencies', wanted)).toEqual([
      `packages/a/package.json: devDependencies: "some-package": "${wanted}" — name one version, such as 1.2.3`,
    ]);
  });

  it.each(['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'])(
    'looks into %s',
    (section) => {
      expect(check(section, '^1.0.0')).toHaveLength(1);
    },
  );

  it.each(['1.2.3', '0.0.0', '2.0.0-rc.1', 'npm:typescript@7.0.2', 'npm:@typescript/typescript6@6.0.2'])(
    'takes %s',
    (wanted) => {
      expect(check('dependencies', wanted)).toEqual([]);
    },
  );
});
