import type { Fault } from '@bitclouded/documents';
import ts from 'typescript';
import { KitError, type KitErrorCode } from '../kit-error.ts';

/** Operators that decide or count while the template is written, when a token has no value yet. */
const DECIDING = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
]);
const COUNTING = new Set([
  ts.SyntaxKind.PlusToken,
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
]);

/**
 * Finds values of a stack that TypeScript's own `if`, `&&`, `<`, `+` or template string would judge
 * while the template is written: they have no value then, and the wrong branch would be taken in silence.
 * @param files absolute paths of `template.ts` files; one program serves them all
 * @throws KitError `token-in-condition` and `token-in-arithmetic`, all of them at once
 */
export function checkSources(files: readonly string[], compilerOptions: ts.CompilerOptions): void {
  const program = ts.createProgram({ rootNames: [...files], options: { ...compilerOptions, noEmit: true } });
  const checker = program.getTypeChecker();
  const faults = files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return source ? faultsOf(source, checker) : [];
  });
  if (faults.length > 0) throw new KitError(faults);
}

function faultsOf(source: ts.SourceFile, checker: ts.TypeChecker): Fault<KitErrorCode>[] {
  const faults: Fault<KitErrorCode>[] = [];
  visit(source);
  return faults;

  function visit(node: ts.Node): void {
    for (const expression of decidedBy(node)) if (isToken(expression)) report('token-in-condition', expression);
    for (const expression of countedBy(node)) if (isNumberToken(expression)) report('token-in-arithmetic', expression);
    if (ts.isTemplateSpan(node) && isFlagOrOptional(node.expression)) report('token-in-condition', node.expression);
    ts.forEachChild(node, visit);
  }

  function report(code: 'token-in-condition' | 'token-in-arithmetic', expression: ts.Expression): void {
    const { line, character } = source.getLineAndCharacterOfPosition(expression.getStart(source));
    faults.push({
      code,
      where: `${source.fileName}:${line + 1}:${character + 1}`,
      received: expression.getText(source),
      expected:
        code === 'token-in-condition'
          ? 'a decision that CloudFormation makes'
          : 'a number that is known while the template is written',
      remedy:
        code === 'token-in-condition'
          ? 'use when(), unless(), condition() or Flag.guards()'
          : 'compute with CloudFormation functions, or make the result a parameter',
    });
  }

  function isToken(expression: ts.Expression): boolean {
    const inner = ts.isParenthesizedExpression(expression) ? expression.expression : expression;
    return isFlagOrOptional(inner) || isBranded(inner) || isAttribute(inner);
  }

  function isNumberToken(expression: ts.Expression): boolean {
    return isBranded(expression) && typesOf(expression).some((type) => (type.flags & ts.TypeFlags.NumberLike) !== 0);
  }

  function isFlagOrOptional(expression: ts.Expression): boolean {
    return typesOf(expression).some((type) => ['Flag', 'Optional'].includes(type.getSymbol()?.getName() ?? ''));
  }

  /** A value with a kind of the kit. */
  function isBranded(expression: ts.Expression): boolean {
    return checker
      .getTypeAtLocation(expression)
      .getProperties()
      .some((property) => /^__@kind@/.test(property.escapedName.toString()));
  }

  /** A reference to, or an attribute of, a CDK resource. */
  function isAttribute(expression: ts.Expression): boolean {
    return ts.isPropertyAccessExpression(expression) && /^(?:ref|attr[A-Z]\w*)$/.test(expression.name.text);
  }

  function typesOf(expression: ts.Expression): readonly ts.Type[] {
    const type = checker.getTypeAtLocation(expression);
    return type.isUnionOrIntersection() ? type.types : [type];
  }
}

function decidedBy(node: ts.Node): readonly ts.Expression[] {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node) || ts.isSwitchStatement(node))
    return [node.expression];
  if (ts.isConditionalExpression(node)) return [node.condition];
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) return [node.operand];
  if (ts.isForStatement(node)) return node.condition ? [node.condition] : [];
  if (!ts.isBinaryExpression(node) || !DECIDING.has(node.operatorToken.kind)) return [];
  const shortCircuit = [
    ts.SyntaxKind.AmpersandAmpersandToken,
    ts.SyntaxKind.BarBarToken,
    ts.SyntaxKind.QuestionQuestionToken,
  ].includes(node.operatorToken.kind);
  return shortCircuit ? [node.left] : [node.left, node.right];
}

function countedBy(node: ts.Node): readonly ts.Expression[] {
  if (ts.isBinaryExpression(node) && COUNTING.has(node.operatorToken.kind)) return [node.left, node.right];
  return ts.isNewExpression(node) && node.expression.getText() === 'Array' ? (node.arguments ?? []) : [];
}
