import ts from 'typescript';
import type { RepositoryFile } from './violation.ts';

const parsed = new WeakMap<RepositoryFile, ts.SourceFile>();

/** The syntax tree of a file; each file is parsed once. */
export function parseTypeScript(file: RepositoryFile): ts.SourceFile {
  const known = parsed.get(file);
  if (known) return known;
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ESNext, true);
  parsed.set(file, tree);
  return tree;
}

/** Every node below a node, parents first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) if (!ts.isJSDoc(child)) yield* nodesOf(child);
}

/** `path:line` of a node. */
export function placeOf(file: RepositoryFile, node: ts.Node): string {
  return `${file.path}:${parseTypeScript(file).getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
