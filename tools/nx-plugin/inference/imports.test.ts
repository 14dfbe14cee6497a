import { importsOf } from './imports.ts';

test('finds what a source needs when it runs, in its order, each once', () => {
  const source = `import kms from '../../foundation/kms/template.ts';
import { a, type B } from "./a.ts";
import {
  c,
  d,
} from './c.ts';
import * as all from './all.ts';
import './effect.ts';
export { e } from './e.ts';
export * from './f.ts';
import again from './a.ts';
`;
  expect(importsOf(source)).toEqual([
    '../../foundation/kms/template.ts',
    './a.ts',
    './c.ts',
    './all.ts',
    './effect.ts',
    './e.ts',
    './f.ts',
  ]);
});

test('leaves out what is only a type, a comment or a text', () => {
  const source = `import type { T } from './types.ts';
export type { U } from './types.ts';
// import x from './comment.ts';
/**
 * import y from './page.ts';
 */
const text = "import z from './text.ts'";
export const from = 'there';
export function where() { return ' from '; }
`;
  expect(importsOf(source)).toEqual([]);
});
