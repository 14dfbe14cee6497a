import ts from 'typescript';
import { isTest, isTypeScript } from './kinds-of-file.ts';
import { nodesOf, parseTypeScript, placeOf } from './parse-typescript.ts';
import type { Convention, RepositoryFile } from './violation.ts';

const REMEDY =
  'take the error, let pass what is not expected, or say in a comment there why every error may be dropped';

/** A catch says which error it expects: it looks at the error, or a comment in it tells why any may be dropped. */
export const catches: Convention = (files) =>
  files
    .filter(({ path }) => isTypeScript(path) && !isTest(path))
    .flatMap((file) =>
      [...nodesOf(parseTypeScript(file))]
        .filter((node) => dropsErrors(node, file))
        .map((node) => ({ where: placeOf(file, node), received: node.getText().split('\n')[0]!, remedy: REMEDY })),
    );

function dropsErrors(node: ts.Node, file: RepositoryFile): boolean {
  if (ts.isCatchClause(node)) {
    if (node.block.statements.length === 0) return true;
    return !isLookedAt(node.variableDeclaration?.name, node.block) && !hasComment(node, file);
  }
  const handler = handlerOf(node);
  if (!handler) return false;
  return !isLookedAt(handler.parameters[0]?.name, handler.body) && !hasComment(node, file);
}

/** The function in `promise.catch(function)`. */
function handlerOf(node: ts.Node): ts.ArrowFunction | ts.FunctionExpression | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  if (node.expression.name.text !== 'catch') return undefined;
  const [handler] = node.arguments;
  return handler && (ts.isArrowFunction(handler) || ts.isFunctionExpression(handler)) ? handler : undefined;
}

function isLookedAt(name: ts.BindingName | undefined, body: ts.Node): boolean {
  if (!name) return false;
  if (!ts.isIdentifier(name)) return true;
  return [...nodesOf(body)].some((node) => ts.isIdentifier(node) && node.text === name.text);
}

/** A comment in the node, or on the lines right above its statement. */
function hasComment(node: ts.Node, { text }: RepositoryFile): boolean {
  let statement = node;
  while (!ts.isCatchClause(statement) && !ts.isStatement(statement) && statement.parent) statement = statement.parent;
  const above = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? [];
  return above.length > 0 || /\/\/|\/\*/.test(node.getText());
}
