import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LambdaInterface, parseDocument } from '@bitclouded/documents';
import { unzipSync } from 'fflate';

/** Packages that the Node.js runtime of Lambda carries. */
const RUNTIME_SCOPES = ['@aws', '@aws-sdk', '@smithy'];

/** A built function as Lambda has it: its zip in an empty folder, the SDK one folder up, as the runtime's own is elsewhere. */
export interface UnzippedFunction {
  readonly interface: LambdaInterface;
  readonly zipBytes: number;
  /** Where the zip lies open; as `/var/task`. */
  readonly task: string;
  /** The module and the export that `Handler` names. */
  readonly module: string;
  readonly export: string;
  remove(): void;
}

/** Every function in `dist/lambdas`, by name. */
export function builtFunctions(repository: string): readonly string[] {
  return readdirSync(join(repository, 'dist/lambdas')).sort();
}

export function unzipFunction(repository: string, name: string): UnzippedFunction {
  const built = join(repository, 'dist/lambdas', name);
  const path = join(built, 'interface.json');
  const face = parseDocument('interface', readFileSync(path), path) as LambdaInterface;
  const zip = readFileSync(join(built, 'function.zip'));
  const folder = mkdtempSync(join(tmpdir(), 'bitclouded-function-'));
  const task = join(folder, 'task');
  mkdirSync(task);
  for (const [file, bytes] of Object.entries(unzipSync(zip))) {
    mkdirSync(dirname(join(task, file)), { recursive: true });
    writeFileSync(join(task, file), bytes);
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const scope of RUNTIME_SCOPES)
    symlinkSync(join(repository, 'node_modules', scope), join(folder, 'node_modules', scope));
  // Source: AWS Lambda Developer Guide, "Define Lambda function handler in Node.js": file name, a dot, the export.
  const [module = '', exported = ''] = face.handler.split('.');
  return {
    interface: face,
    zipBytes: zip.byteLength,
    task,
    module: readdirSync(task).find((file) => [`${module}.mjs`, `${module}.js`, `${module}.cjs`].includes(file)) ?? '',
    export: exported,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
