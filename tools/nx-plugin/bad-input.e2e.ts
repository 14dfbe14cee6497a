import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyWorkspace, nx, removeWorkspace } from './testing/copied-workspace.ts';
import { fixtureUnits } from './testing/fixture-units.ts';
import { writeFiles } from './testing/temporary-workspace.ts';

let root: string;
beforeAll(() => {
  root = copyWorkspace(fixtureUnits);
});
afterAll(() => removeWorkspace(root));

const kms = fixtureUnits['packages/templates/foundation/kms/template.ts']!;
const alone = fixtureUnits['packages/templates/other/alone/template.ts']!;
const handler = fixtureUnits['packages/lambdas/reader/handler.ts']!;

test('every fault of a workspace is told at once, plainly, and what is whole is built', () => {
  writeFiles(root, {
    // foundation/kms → net/frame → base/logs → foundation/kms
    'packages/templates/foundation/kms/template.ts': `import frame from '../../net/frame/template.ts';\n${kms}`,
    'packages/templates/other/alone/template.ts': `import gone from '../gone/template.ts';\n${alone}`,
    'packages/templates/other/Big_Name/template.ts': alone,
    'packages/lambdas/reader/handler.ts': `import nothing from 'no-such-package';\n${handler}nothing();\n`,
    'packages/images/box/Dockerfile': 'FROM other\n',
    'packages/lambdas/writer/notes.txt': '',
  });
  rmSync(join(root, 'packages/lambdas/writer/README.md'));
  const run = nx(root, ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(1);
  for (const [where, code, received] of [
    [
      'packages/templates/foundation/kms/template.ts',
      'wiring-circle',
      'foundation/kms → net/frame → base/logs → foundation/kms',
    ],
    ['packages/templates/other/alone/template.ts', 'upstream-unknown', '../gone/template.ts'],
    ['packages/templates/other/Big_Name', 'name-invalid', 'other/Big_Name'],
    ['packages/lambdas/reader/handler.ts:1:21', 'import-unresolved', 'no-such-package'],
    ['packages/images/box/image.ts', 'base-unknown', 'example.com/base:1@sha256:'],
    ['packages/lambdas/writer/README.md', 'file-missing', 'answer.ts'],
    ['packages/lambdas/writer/notes.txt', 'file-extra', 'notes.txt'],
  ])
    expect(run.output).toContain(`${where}: ${code}\n  received  ${received}`);
  expect(run.output).not.toMatch(/^\s+at .*[:(]\d+/m);
  expect(run.output).not.toContain('TS7022');
});

test('one unit alone tells what keeps it from being built', () => {
  const run = nx(root, ['build', 'template/net/edge']);
  expect(run.exitCode).toBe(1);
  expect(run.output).toContain('net/frame → base/logs → foundation/kms → net/frame');
});

test('a generator makes a unit that builds, tests and is checked at once, and does nothing when it runs again', () => {
  writeFiles(root, fixtureUnits);
  for (const folder of ['templates/other/Big_Name', 'lambdas/writer/notes.txt'])
    rmSync(join(root, 'packages', folder), { recursive: true });
  const made = [
    ['template', 'networking/peering'],
    ['lambda', 'event-log'],
    ['image', 'probe'],
  ] as const;
  for (const [kind, name] of made) {
    expect(nx(root, ['g', `@bitclouded/nx-plugin:${kind}`, name]).output).toContain('CREATE .changeset/');
    const again = nx(root, ['g', `@bitclouded/nx-plugin:${kind}`, name]);
    expect(again.exitCode).toBe(0);
    expect(again.output).toContain('is there already: nothing changed');
    expect(again.output).not.toContain('CREATE');
  }
  const projects = made.map(([kind, name]) => `${kind}/${name}`).join(',');
  const run = nx(root, ['run-many', '-t', 'build,test,check', `--projects=${projects}`]);
  expect(run.exitCode).toBe(0);
  expect(run.ran).toEqual(
    expect.arrayContaining([
      'image/probe:build',
      'lambda/event-log:build',
      'lambda/event-log:test',
      'template/networking/peering:build',
      'template/networking/peering:check',
      'template/networking/peering:test',
    ]),
  );
});

test('a generator refuses a bad name with one error, and without a stack', () => {
  const run = nx(root, ['g', '@bitclouded/nx-plugin:template', 'Networking']);
  expect(run.exitCode).toBe(1);
  expect(run.output).toContain('packages/templates/Networking: name-invalid');
  expect(run.output).not.toMatch(/^\s+at /m);
});
