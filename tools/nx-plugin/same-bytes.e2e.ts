import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyWorkspace, hashesOf, nx, removeWorkspace } from './testing/copied-workspace.ts';

/** Each on the repository's own units, from nothing, in a folder of its own. */
let root: string;
let bytes: Record<string, string>;
beforeAll(() => {
  root = copyWorkspace();
  const run = nx(root, ['run-many', '-t', 'build']);
  expect(run).toMatchObject({ exitCode: 0, cached: [] });
  bytes = hashesOf(root);
  expect(Object.keys(bytes).length).toBeGreaterThan(0);
});
afterAll(() => removeWorkspace(root));

function forget(): void {
  for (const folder of ['dist', '.nx']) rmSync(join(root, folder), { recursive: true });
}

test('one process for each task gives the same bytes as one for all', () => {
  forget();
  expect(nx(root, ['run-many', '-t', 'build', '--batch=false']).exitCode).toBe(0);
  expect(hashesOf(root)).toEqual(bytes);
});

test('so does another order, and another time zone, language and umask', () => {
  forget();
  const projects = nx(root, ['show', 'projects', '--with-target', 'build']).output.match(/^\w+\/\S+$/gm)!;
  expect(projects.length).toBeGreaterThan(0);
  const environment = { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' };
  const order = projects.toReversed().join(',');
  const run = nx(root, ['run-many', '-t', 'build', '--parallel=1', `--projects=${order}`], {
    environment,
    umask: '077',
  });
  expect(run).toMatchObject({ exitCode: 0, cached: [] });
  expect(hashesOf(root)).toEqual(bytes);
});

test('so does another folder', () => {
  const other = copyWorkspace();
  expect(nx(other, ['run-many', '-t', 'build']).exitCode).toBe(0);
  expect(hashesOf(other)).toEqual(bytes);
  removeWorkspace(other);
});
