import { chmodSync, existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, sha256Of, type UnitInterface } from '@bitclouded/documents';
import { temporaryWorkspace, writeFiles } from '../testing/temporary-workspace.ts';
import { hashSources, outputFolder, removeOutput, writeOutput } from './unit-output.ts';

const sources = { 'lambda.ts': 'a', 'handler.ts': 'b', 'log-groups.ts': 'c' };
const names = Object.keys(sources);

function workspaceWith(files: Record<string, string>): string {
  return temporaryWorkspace(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`packages/lambdas/fn/${name}`, text])),
  );
}

describe('the hash of sources', () => {
  const first = workspaceWith(sources);
  const hash = hashSources(first, 'packages/lambdas/fn', names);

  test('is the same in another folder, for other times, modes and orders', () => {
    const other = workspaceWith(sources);
    utimesSync(join(other, 'packages/lambdas/fn/handler.ts'), 1, 1);
    chmodSync(join(other, 'packages/lambdas/fn/handler.ts'), 0o600);
    expect(hashSources(other, 'packages/lambdas/fn', names.toReversed())).toBe(hash);
  });

  test.each([
    ['a text', { ...sources, 'handler.ts': 'B' }],
    ['a name', { 'lambda.ts': 'a', 'handler.ts': 'b', 'log-group.ts': 'c' }],
    ['two texts exchanged', { ...sources, 'handler.ts': 'a', 'lambda.ts': 'b' }],
    ['a file more', { ...sources, 'z.ts': '' }],
    ['the border between two files', { ...sources, 'handler.ts': 'bc', 'log-groups.ts': '' }],
  ])('is another after a change of %s', (_, changed) => {
    expect(hashSources(workspaceWith(changed), 'packages/lambdas/fn', Object.keys(changed))).not.toBe(hash);
  });
});

describe('the output of a build', () => {
  const face: UnitInterface = {
    schema: 'bitclouded.interface/1',
    kind: 'lambda',
    name: 'fn',
    summary: 'Does',
    trigger: 'An event',
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    architecture: 'arm64',
    memoryMb: 128,
    timeoutSeconds: 10,
    environment: {},
    grants: {},
  };
  const fn = { kind: 'lambda', name: 'fn' } as const;
  const output = {
    interface: face,
    files: { 'function.zip': Buffer.from('zip') },
    sourceSha256: sha256Of('x'),
    uses: [],
  };

  test('is the interface, the files, and a record that knows them', () => {
    const root = temporaryWorkspace({});
    writeOutput(root, fn, output);
    const folder = join(root, 'dist/lambdas/fn');
    expect(readdirSync(folder).sort()).toEqual(['build.json', 'function.zip', 'interface.json']);
    const record = parseDocument('build', readFileSync(join(folder, 'build.json')), 'build.json');
    expect(record.files).toEqual(
      ['function.zip', 'interface.json'].map((path) => {
        const bytes = readFileSync(join(folder, path));
        return { path, sizeBytes: bytes.byteLength, sha256: sha256Of(bytes) };
      }),
    );
    expect(parseDocument('interface', readFileSync(join(folder, 'interface.json')), 'interface.json')).toEqual(face);
  });

  test('takes the place of the one before as a whole', () => {
    const root = temporaryWorkspace({ 'dist/lambdas/fn/older.txt': '', 'dist/lambdas/.fn/of-a-crash.txt': '' });
    writeOutput(root, fn, output);
    expect(readdirSync(join(root, 'dist/lambdas/fn')).sort()).toEqual(['build.json', 'function.zip', 'interface.json']);
    expect(readdirSync(join(root, 'dist/lambdas'))).toEqual(['fn']);
  });

  test('goes when a build fails, and others stay', () => {
    const root = temporaryWorkspace({});
    writeFiles(root, { 'dist/lambdas/fn/build.json': '', 'dist/lambdas/other/build.json': '' });
    removeOutput(root, fn);
    removeOutput(root, fn);
    expect(existsSync(join(root, outputFolder(fn)))).toBe(false);
    expect(existsSync(join(root, 'dist/lambdas/other/build.json'))).toBe(true);
  });
});
