import type { CreateNodesContext, ProjectConfiguration } from '@nx/devkit';
import type { UnitOptions } from './inference/targets.ts';
import { createNodes } from './plugin.ts';
import { temporaryWorkspace } from './testing/temporary-workspace.ts';

const whole = (folder: string, definition: string, ...more: string[]) =>
  Object.fromEntries(
    [definition, 'README.md', ...more].map((file) => [`${folder}/${file}`, file === definition ? '' : `// ${file}\n`]),
  );

async function projectsIn(files: Record<string, string>): Promise<Record<string, ProjectConfiguration>> {
  const root = temporaryWorkspace(files);
  const matches = Object.keys(files).filter((path) => path.startsWith('packages/images/') && !path.endsWith('.md'));
  const context = { workspaceRoot: root, nxJsonConfiguration: {} } as CreateNodesContext;
  const results = await createNodes[1](matches, undefined, context);
  const projects = results.flatMap(([, { projects }]) => Object.values(projects ?? {}));
  return Object.fromEntries(projects.map((project) => [project.name!, project as ProjectConfiguration]));
}

const template = (name: string, text: string) => ({
  ...whole(`packages/templates/${name}`, 'template.ts', 'template.test.ts'),
  [`packages/templates/${name}/template.ts`]: text,
});

test('each folder is a project with targets by its kind', async () => {
  const projects = await projectsIn({
    ...template('networking/vpc', ''),
    ...whole('packages/lambdas/log-governor', 'lambda.ts', 'handler.ts', 'handler.test.ts'),
    ...whole('packages/images/aws-util', 'image.ts', 'Dockerfile'),
  });
  const shape = Object.values(projects).map(({ name, root, tags, targets }) => [
    name,
    root,
    tags,
    Object.keys(targets!),
  ]);
  expect(shape).toEqual([
    ['image/aws-util', 'packages/images/aws-util', ['image'], ['build', 'lint']],
    ['lambda/log-governor', 'packages/lambdas/log-governor', ['lambda'], ['build', 'test']],
    [
      'template/networking/vpc',
      'packages/templates/networking/vpc',
      ['template'],
      ['wiring', 'build', 'check', 'validate', 'test'],
    ],
  ]);
  for (const { targets } of Object.values(projects))
    for (const { cache, outputs, inputs } of Object.values(targets!)) {
      expect(cache).toBe(true);
      expect(outputs).toBeDefined();
      expect(inputs).not.toEqual([]);
    }
});

test('a template waits for what its upstreams declare, and for the builds of functions and images', async () => {
  const projects = await projectsIn({
    ...template('x/up', ''),
    ...template('x/down', "import up from '../up/template.ts';\nimport fn from '../../../lambdas/fn/lambda.ts';\n"),
    ...whole('packages/lambdas/fn', 'lambda.ts', 'handler.ts', 'handler.test.ts'),
  });
  expect(projects['template/x/down']!.targets!.build!.dependsOn).toEqual([
    'wiring',
    { target: 'build', projects: ['lambda/fn'] },
    { target: 'wiring', projects: ['template/x/up'] },
  ]);
  expect(projects['template/x/down']!.targets!.wiring!.dependsOn).toEqual([]);
});

test('faults go to the targets of the unit that has them, and its users wait for it', async () => {
  const projects = await projectsIn({
    ...template('x/bad', "import u from '../none/template.ts';\n"),
    ...template('x/user', "import bad from '../bad/template.ts';\n"),
    ...template('x/good', ''),
    'packages/templates/x/bad/extra.txt': '',
  });
  const faults = (name: string) =>
    (projects[name]!.targets!.build!.options as UnitOptions).faults.map(({ code }) => code);
  expect(faults('template/x/bad')).toEqual(['file-extra', 'upstream-unknown']);
  expect(faults('template/x/user')).toEqual([]);
  expect(faults('template/x/good')).toEqual([]);
  expect(projects['template/x/user']!.targets!.wiring!.dependsOn).toEqual([
    { target: 'wiring', projects: ['template/x/bad'] },
  ]);
  expect((projects['template/x/bad']!.targets!.test!.options as UnitOptions).faults).toEqual([]);
});
