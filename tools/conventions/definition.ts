import ts from 'typescript';
import { type Unit, placeOf as unitAt, unitKinds } from '../nx-plugin/inference/unit.ts';
import { parseTypeScript } from './parse-typescript.ts';
import type { RepositoryFile } from './violation.ts';

/** A unit's definition file with what it says, read without running it. */
export interface Definition {
  readonly file: RepositoryFile;
  readonly unit: Pick<Unit, 'kind' | 'name' | 'folder'>;
  /** The object that `define…` is given; undefined where the file has no such default export. */
  readonly properties: ts.ObjectLiteralExpression | undefined;
}

/** The definition file of every unit. */
export function definitionsOf(files: readonly RepositoryFile[]): Definition[] {
  return files.flatMap((file) => {
    const unit = unitAt(file.path);
    if (!unit || file.path !== definitionPath(unit)) return [];
    return [{ file, unit, properties: propertiesOf(parseTypeScript(file)) }];
  });
}

/** Where a unit's definition stands. */
export function definitionPath({ kind, folder }: Pick<Unit, 'kind' | 'folder'>): string {
  return `${folder}/${unitKinds[kind].definition}`;
}

/** The value of a property, where it stands in the definition itself. */
export function propertyOf({ properties }: Definition, name: string): ts.Expression | undefined {
  const found = properties?.properties.find((property) => property.name && nameOf(property.name) === name);
  return found && ts.isPropertyAssignment(found) ? found.initializer : undefined;
}

/** A property's name; undefined where it is computed. */
export function nameOf(name: ts.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : undefined;
}

function propertiesOf(tree: ts.SourceFile): ts.ObjectLiteralExpression | undefined {
  const exported = tree.statements.find((statement) => ts.isExportAssignment(statement));
  const call = exported?.expression;
  const [argument] = call && ts.isCallExpression(call) ? call.arguments : [];
  return argument && ts.isObjectLiteralExpression(argument) ? argument : undefined;
}
