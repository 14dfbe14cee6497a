import { importDirection } from './import-direction.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const packages = [
  { path: 'packages/documents/package.json', text: '{"name":"@bitclouded/documents","exports":"./index.ts"}' },
  {
    path: 'packages/kit/package.json',
    text: '{"name":"@bitclouded/kit","exports":{".":"./index.ts","./source":"./source/index.ts"}}',
  },
];

const check = (path: string, text: string) => describeViolations(importDirection([...packages, { path, text }]));

describe('imports point one way', () => {
  it('in every file of the repository', () => {
    expect(describeViolations(importDirection(repositoryFiles()))).toEqual([]);
  });

  it.each([
    ['packages/documents/host.ts', "import { render } from '@bitclouded/kit';", 'documents imports kit'],
    ['packages/documents/host.ts', "import type { Plan } from '../../release/plan.ts';", 'documents imports release'],
    ['packages/kit/index.ts', "export { x } from '../templates/a/b/template.ts';", 'kit imports templates'],
    ['packages/kit/index.ts', "const x = await import('../../tools/a.ts');", 'kit imports tools'],
    ['packages/kit/index.ts', "const x = require('../../release/bin.ts');", 'kit imports release'],
    ['packages/kit/index.ts', "let x: import('../../release/bin.ts').X;", 'kit imports release'],
    ['packages/lambdas/a/handler.ts', "import x from '../../templates/a/b/template.ts';", 'lambdas imports templates'],
    [
      'packages/lambdas/a/handler.ts',
      "import c from '../../../bitclouded.config.ts';",
      'lambdas imports configuration',
    ],
    ['release/plan.ts', "import { render } from '@bitclouded/kit';", 'release imports kit'],
    ['tools/nx-plugin/a.ts', "import '../../release/bin.ts';", 'tools imports release'],
    ['release/plan.test.ts', "import { standIn } from '../tools/e2e/stand-in.ts';", 'release imports end-to-end'],
  ])('refuses %s with %s', (path, text, received) => {
    expect(check(path, text)).toEqual([expect.stringContaining(`${path}:1: ${received}`)]);
  });

  it.each([
    '../packages/documents/host.ts',
    '@bitclouded/documents/host.ts',
    '@bitclouded/kit/synthesis/synthesise.ts',
  ])('refuses %s, a way into a package past its doors', (specifier) => {
    expect(check('tools/a.ts', `import { x } from '${specifier}';`)).toEqual([
      expect.stringMatching(
        /^tools\/a\.ts:1: .+, past the package's door — import '@bitclouded\/(?:documents|kit)', or what else/,
      ),
    ]);
  });

  it('asks for the layer of a new folder', () => {
    expect(check('packages/poetry/a.ts', "import { x } from '@bitclouded/documents';")).toEqual([
      'packages/poetry/a.ts: a file in no layer — add its folder to tools/conventions/import-direction.ts',
    ]);
  });

  it.each([
    ['packages/kit/a.ts', "import { x } from '@bitclouded/documents';\nimport { y } from './b.ts';"],
    ['packages/templates/a/b/template.ts', "import x from '../../../lambdas/c/lambda.ts';"],
    ['tools/a.ts', "import { x } from '@bitclouded/kit/source';"],
    ['release/bin.ts', "import c from '../bitclouded.config.ts';"],
    ['packages/templates/a/b/template.e2e.ts', "import { y } from '../../../../tools/e2e/stacks.ts';"],
    ['packages/kit/a.ts', "// import { x } from '../../release/x.ts';\nconst text = \"import '../../release/x.ts'\";"],
  ])('takes %s with %s', (path, text) => expect(check(path, text)).toEqual([]));
});
