import { fileNames } from './file-names.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const check = (...paths: string[]) => describeViolations(fileNames(paths.map((path) => ({ path, text: '' }))));

describe('names are in kebab-case and say what they are about', () => {
  it('in the repository', () => {
    expect(describeViolations(fileNames(repositoryFiles()))).toEqual([]);
  });

  it.each([
    'release/makePlan.ts',
    'release/make_plan.ts',
    'Release/plan.ts',
    'release/plan .ts',
    'a--b.ts',
    'Readme.md',
  ])('refuses %s', (path) => expect(check(path)).toEqual([expect.stringContaining('name it in kebab-case')]));

  it.each([
    'release/utils/plan.ts',
    'packages/kit/helpers.ts',
    'packages/common/a.ts',
    'misc/a.py',
    'a/shared.test.ts',
  ])('refuses the empty name in %s', (path) =>
    expect(check(path)).toEqual([expect.stringContaining('the package whose subject it is')]),
  );

  it('names a folder once', () => {
    expect(check('utils/a.ts', 'utils/b.ts')).toEqual([expect.stringMatching(/^utils: /)]);
  });

  it('takes the names that others look for', () => {
    expect(
      check(
        ...['README.md', 'LICENSE', 'CONTRIBUTING.md', '.gitignore', '.github/workflows/ci.yml', 'package-lock.json'],
        ...['packages/images/a/Dockerfile', 'packages/images/a/rootfs/etc/Some_File', 'tools/e2e/strict/__init__.py'],
        ...[
          'release/make-plan.test.ts',
          'tsconfig.base.json',
          'image.pkr.hcl',
          'a/README.md.template',
          'tools/e2e/strict/change_sets.py',
        ],
      ),
    ).toEqual([]);
  });
});
