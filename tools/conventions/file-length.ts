import { isCode } from './kinds-of-file.ts';
import type { Convention } from './violation.ts';

/** The longest that a file of code may be, in lines. */
const LIMIT_LINES = 400;

/** A file has one subject, and is read in one sitting. */
export const fileLength: Convention = (files) =>
  files
    .filter(({ path }) => isCode(path))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0) }))
    .filter(({ lines }) => lines > LIMIT_LINES)
    .map(({ path, lines }) => ({
      where: path,
      received: `${lines} lines`,
      remedy: `split it by subject: at most ${LIMIT_LINES} lines`,
    }));
