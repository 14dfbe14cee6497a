import { posix } from 'node:path';
import ts from 'typescript';
import { isTypeScript } from './kinds-of-file.ts';
import { nodesOf, parseTypeScript, placeOf } from './parse-typescript.ts';
import type { RepositoryFile } from './violation.ts';

interface Target {
  /** The imported file's path; it need not exist. */
  readonly target: string;
  /** It is what a package shows under a name of its own. */
  readonly door: boolean;
}

/** One import or re-export whose target is a file of the repository. */
export interface Import extends Target {
  readonly from: RepositoryFile;
  /** `path:line`. */
  readonly where: string;
  readonly specifier: string;
  /** `default`, `*`, or the names; empty where the import does not say: for its effects, or at run time. */
  readonly names: readonly string[];
  /** Nothing of it is left when the program runs. */
  readonly typeOnly: boolean;
}

/** Every import inside the repository: static and dynamic ones, re-exports, `require` and `import()` types with a literal. */
export function importsOf(files: readonly RepositoryFile[]): Import[] {
  const doors = doorsOf(files);
  return files
    .filter(({ path }) => isTypeScript(path))
    .flatMap((from) =>
      [...readImports(from)].flatMap((found) => {
        const target = resolve(from, found.specifier, doors);
        return target === undefined ? [] : [{ from, ...found, ...target }];
      }),
    );
}

/** The doors of the workspace's packages: `name`, or `name/subpath` where its exports say so → the file that is read. */
function doorsOf(files: readonly RepositoryFile[]): ReadonlyMap<string, string> {
  const doors = new Map<string, string>();
  for (const { path, text } of files) {
    if (posix.basename(path) !== 'package.json') continue;
    const { name, exports = './index.ts' } = JSON.parse(text) as { name?: string; exports?: unknown };
    const entries = typeof exports === 'string' ? { '.': exports } : (exports as Record<string, unknown>);
    for (const [subpath, file] of Object.entries(entries))
      if (name && typeof file === 'string') doors.set(posix.join(name, subpath), posix.join(posix.dirname(path), file));
  }
  return doors;
}

function resolve({ path }: RepositoryFile, specifier: string, doors: ReadonlyMap<string, string>): Target | undefined {
  if (specifier.startsWith('.')) return { target: posix.join(posix.dirname(path), specifier), door: false };
  const target = doors.get(specifier);
  if (target !== undefined) return { target, door: true };
  for (const [name, file] of doors)
    if (specifier.startsWith(`${name}/`))
      return { target: posix.join(posix.dirname(file), specifier.slice(name.length + 1)), door: false };
  return undefined;
}

function* readImports(file: RepositoryFile): Generator<Omit<Import, 'from' | keyof Target>> {
  for (const node of nodesOf(parseTypeScript(file))) {
    const found = readImport(node);
    if (found) yield { where: placeOf(file, node), ...found };
  }
}

function readImport(node: ts.Node): Pick<Import, 'specifier' | 'names' | 'typeOnly'> | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const clause = node.importClause;
    const named = clause?.namedBindings;
    const elements = named && ts.isNamedImports(named) ? named.elements : [];
    const names = [
      ...(clause?.name ? ['default'] : []),
      ...(named && ts.isNamespaceImport(named) ? ['*'] : []),
      ...elements.map((element) => (element.propertyName ?? element.name).text),
    ];
    const onlyTypes = elements.length > 0 && !clause?.name && elements.every((element) => element.isTypeOnly);
    const typeOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || onlyTypes;
    return { specifier: node.moduleSpecifier.text, names, typeOnly };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    const elements = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : undefined;
    const names = elements?.map((element) => (element.propertyName ?? element.name).text) ?? ['*'];
    return { specifier: node.moduleSpecifier.text, names, typeOnly: node.isTypeOnly };
  }
  if (ts.isCallExpression(node) && isImportCall(node)) {
    const [argument] = node.arguments;
    return argument && ts.isStringLiteralLike(argument)
      ? { specifier: argument.text, names: [], typeOnly: false }
      : undefined;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal))
    return { specifier: node.argument.literal.text, names: ['*'], typeOnly: true };
  return undefined;
}

function isImportCall({ expression }: ts.CallExpression): boolean {
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require')
  );
}
