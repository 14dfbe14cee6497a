import type { Convention, Violation } from './violation.ts';

/** Names that say nothing of their subject. */
const EMPTY_NAMES = ['utils', 'util', 'utilities', 'helpers', 'helper', 'common', 'misc', 'shared', 'lib'];
/** Names that programs or readers outside the repository look for. */
const FIXED_NAMES = /^(?:[A-Z]+(?:\.md)?|Dockerfile|__init__\.py)$/;
const KEBAB_CASE = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
/** Python imports no module with a hyphen in its name. */
const SNAKE_CASE_PYTHON = /^[a-z0-9]+(?:_[a-z0-9]+)*\.py$/;

/** Files and folders are in kebab-case, and named after their subject. What goes into an image may be named as it must be there. */
export const fileNames: Convention = (files) => {
  const paths = files.map(({ path }) => path).filter((path) => !/^packages\/images\/[^/]+\/.*\//.test(path));
  const parts = new Map(paths.flatMap((path) => partsOf(path)));
  return [...parts].flatMap(([where, name]): Violation[] => {
    if (EMPTY_NAMES.includes(name.split('.')[0]!))
      return [
        { where, received: name, remedy: 'move each function to its only user, or to the package whose subject it is' },
      ];
    // A generator's file has the name of what it makes.
    const made = name.replace(/\.template$/, '');
    if (KEBAB_CASE.test(made) || FIXED_NAMES.test(made) || SNAKE_CASE_PYTHON.test(made)) return [];
    return [{ where, received: name, remedy: 'name it in kebab-case' }];
  });
};

/** Each folder and the file itself: path so far → its last part. */
function partsOf(path: string): [string, string][] {
  const parts = path.split('/');
  return parts.map((part, index) => [parts.slice(0, index + 1).join('/'), part]);
}
