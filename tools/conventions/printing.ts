import ts from 'typescript';
import { isTest, isTypeScript } from './kinds-of-file.ts';
import { nodesOf, parseTypeScript, placeOf } from './parse-typescript.ts';
import type { Convention, RepositoryFile } from './violation.ts';

const PRINTING = /^(?:console\.\w+|process\.(?:stdout|stderr|exit|exitCode))$/;

/** Only programs print and set exit codes; a library returns, throws or yields events. */
export const printing: Convention = (files) =>
  files
    .filter((file) => isTypeScript(file.path) && !isTest(file.path) && !isProgram(file))
    .flatMap((file) =>
      [...nodesOf(parseTypeScript(file))]
        .filter((node) => ts.isPropertyAccessExpression(node) && PRINTING.test(node.getText()))
        .map((node) => ({
          where: placeOf(file, node),
          received: node.getText(),
          remedy: 'return it, throw a typed error or yield an event, and let the program print',
        })),
    );

/** What is run and never imported exports nothing. Packages hold no programs but the command; Nx has executors print. */
function isProgram(file: RepositoryFile): boolean {
  if (/^tools\/nx-plugin\/executors\//.test(file.path)) return true;
  if (/^packages\/(?!cli\/)/.test(file.path)) return false;
  return parseTypeScript(file).statements.every((statement) => !isExport(statement));
}

function isExport(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) return true;
  if (!ts.canHaveModifiers(statement)) return false;
  return (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}
