import ts from 'typescript';
import { definitionsOf } from './definition.ts';
import { parseTypeScript, placeOf } from './parse-typescript.ts';
import type { Convention } from './violation.ts';

/** A definition file has its definition as default export, and no other export, not even of a type. */
export const definitionExports: Convention = (files) =>
  definitionsOf(files).flatMap(({ file, properties }) => {
    const { statements } = parseTypeScript(file);
    const named = statements.filter((statement) => isNamedExport(statement));
    return [
      ...named.map((statement) => ({
        where: placeOf(file, statement),
        received: statement.getText().split('\n')[0]!,
        remedy: 'do not export it; what another file needs stands in a file of its own',
      })),
      ...(properties
        ? []
        : [
            {
              where: file.path,
              received: 'no definition',
              remedy: 'export default define…({ … }), with the properties in place',
            },
          ]),
    ];
  });

function isNamedExport(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement)) return true;
  if (!ts.canHaveModifiers(statement)) return false;
  return (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}
