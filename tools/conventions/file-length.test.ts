import { fileLength } from './file-length.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const check = (path: string, lines: number) => describeViolations(fileLength([{ path, text: 'x\n'.repeat(lines) }]));

describe('no file of code is longer than 400 lines', () => {
  it('in the repository', () => {
    expect(describeViolations(fileLength(repositoryFiles()))).toEqual([]);
  });

  it.each(['a.ts', 'a.test.ts', 'jest.config.cjs', 'tools/e2e/strict/engine.py'])('refuses %s of 401 lines', (path) => {
    expect(check(path, 401)).toEqual([`${path}: 401 lines — split it by subject: at most 400 lines`]);
    expect(check(path, 400)).toEqual([]);
  });

  it('counts a last line without its end', () => {
    expect(fileLength([{ path: 'a.ts', text: `${'x\n'.repeat(400)}x` }])).toHaveLength(1);
  });

  it('takes a long lockfile and a long page', () => {
    expect([...check('package-lock.json', 9000), ...check('CHANGELOG.md', 9000)]).toEqual([]);
  });
});
