import ts from 'typescript';
import { placeOf as unitAt, unitsOf } from '../nx-plugin/inference/unit.ts';
import { isPage, isTest, isTypeScript } from './kinds-of-file.ts';
import { nodesOf, parseTypeScript } from './parse-typescript.ts';
import type { Convention, RepositoryFile } from './violation.ts';

/** Nobody keeps a list of units: outside the units' folders no file names two of them. Pages, changesets and tests may. */
export const unitLists: Convention = (files) => {
  const names = new Set(unitsOf(files.map(({ path }) => path)).map(({ name }) => name));
  return files
    .filter(({ path }) => !unitAt(path) && !isPage(path) && !isTest(path))
    .flatMap((file) => {
      const named = new Set(textsOf(file).flatMap((text) => unitsIn(text, names)));
      if (named.size < 2) return [];
      return [
        {
          where: file.path,
          received: `it names ${[...named].sort().join(' and ')}`,
          remedy: 'find units by their folders, so that adding one touches nothing else',
        },
      ];
    });
};

/** What of a file can be a list: the strings of a program, all of any other text. */
function textsOf(file: RepositoryFile): string[] {
  if (!isTypeScript(file.path)) return [file.text];
  return [...nodesOf(parseTypeScript(file))].flatMap((node) =>
    ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)
      ? [node.text]
      : [],
  );
}

/** Units whose name stands in a text as a word: alone, as `lambda:name`, or at the end of a path. */
function unitsIn(text: string, names: ReadonlySet<string>): string[] {
  const words = text.match(/[A-Za-z0-9-]+(?:[:/][A-Za-z0-9-]+)*/g) ?? [];
  return words.flatMap((word) => {
    const parts = word.split(/[:/]/);
    return parts.flatMap((part, index) => [part, `${part}/${parts[index + 1]}`]).filter((name) => names.has(name));
  });
}
