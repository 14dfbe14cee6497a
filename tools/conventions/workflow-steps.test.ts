import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';
import { workflowSteps } from './workflow-steps.ts';

const scripts = { path: 'package.json', text: '{"scripts":{"build":"nx run-many -t build","e2e:setup":"node a.ts"}}' };
const workflow = (text: string) =>
  describeViolations(workflowSteps([scripts, { path: '.github/workflows/ci.yml', text }]));
const job = (steps: string) =>
  `permissions: {}\njobs:\n  test:\n    timeout-minutes: 5\n    permissions: {}\n    steps:\n${steps}`;

describe("workflows run the repository's own scripts", () => {
  it('in the repository', () => {
    expect(describeViolations(workflowSteps(repositoryFiles()))).toEqual([]);
  });

  it.each([
    'npm install',
    'npm ci && npm run build',
    'npm run unknown',
    'npm run build; curl https://example.com',
    'npm run build -- | tee log',
    'npm run build -- $(whoami)',
    'npm run build -- --base=${{ github.head_ref }}',
    'npx nx build',
    'node release/bin.ts',
    'echo hello',
  ])('refuses run: %s', (run) => {
    expect(workflow(job(`      - run: "${run}"\n`))).toEqual([
      `.github/workflows/ci.yml: run: ${run} — write npm ci, or npm run <script of package.json> -- <arguments>, one command a step`,
    ]);
  });

  it('refuses several lines, in workflows and in actions', () => {
    expect(workflow(job('      - run: |\n          npm ci\n          npm run build\n'))).toHaveLength(1);
    const text = 'runs:\n  steps:\n    - run: make\n';
    expect(workflowSteps([scripts, { path: '.github/actions/a/action.yml', text }])).toHaveLength(1);
  });

  it.each(['npm ci', 'npm run build', 'npm run e2e:setup', 'npm run build -- --base "$NX_BASE"'])(
    'takes run: %s',
    (run) => {
      expect(workflow(job(`      - run: ${run}\n`))).toEqual([]);
    },
  );

  it.each([
    ['jobs: {}', 'permissions for all jobs'],
    ['permissions: write-all\njobs: {}', 'permissions for all jobs'],
    ['permissions: { contents: read }\njobs: {}', 'permissions for all jobs'],
    ['permissions: {}\njobs: { a: { permissions: {} } }', 'job a without timeout-minutes'],
    ['permissions: {}\njobs: { a: { timeout-minutes: 5 } }', 'job a without permissions'],
  ])('refuses %j', (text, received) => {
    expect(workflow(text)).toEqual([expect.stringContaining(received)]);
  });
});
