import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Job {
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: Record<string, string> }[];
}
interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const ROOT = join(__dirname, '../..');
const folder = join(ROOT, '.github/workflows');
const workflows = new Map(
  readdirSync(folder).map((name) => [name, parse(readFileSync(join(folder, name), 'utf8')) as Workflow]),
);
const jobs = [...workflows].flatMap(([file, { jobs }]) =>
  Object.entries(jobs).map(([name, job]) => ({ where: `${file}: ${name}`, job })),
);
const roleOf = ({ steps }: Job): string | undefined =>
  steps.map((step) => /vars\.(\w+_ROLE_ARN)/.exec(step.with?.['role-to-assume'] ?? '')?.[1]).find(Boolean);
const commandsOf = ({ steps }: Job): string => steps.map(({ run }) => run ?? '').join('\n');

it('no workflow has a permission that a job of it did not ask for', () => {
  for (const { permissions } of workflows.values()) expect(permissions).toEqual({});
});

it('a job with a role writes nothing at GitHub, and one that writes an issue reads no host', () => {
  for (const { where, job } of jobs) {
    const writes = Object.entries(job.permissions ?? {}).filter(([, right]) => right === 'write');
    const rights = writes.map(([name]) => name).filter((name) => name !== 'id-token');
    if (roleOf(job) !== undefined) expect({ where, rights }).toEqual({ where, rights: [] });
    if (rights.includes('issues')) expect(commandsOf(job)).not.toMatch(/npm run release|index-age/);
  }
});

describe("a job's role is the one that trusts it", () => {
  const trust = readFileSync(join(ROOT, 'packages/templates/foundation/github-oidc/template.ts'), 'utf8');
  const environments: Record<string, string | undefined> = {
    PUBLISH_ROLE_ARN: /PublishEnvironment: environment\('publish', '([^']+)'\)/.exec(trust)?.[1],
    PROMOTE_ROLE_ARN: /PromoteEnvironment: environment\('promote', '([^']+)'\)/.exec(trust)?.[1],
  };
  const workflow = /ReleaseWorkflow: workflow\('publishes and promotes', '([^']+)'\)/.exec(trust)?.[1];
  const withRole = jobs.filter(({ job }) => roleOf(job) !== undefined);

  it.each(withRole.map(({ where, job }) => [where, job] as const))('%s', (where, job) => {
    expect(where.split(':')[0]).toBe(workflow);
    expect(job.environment).toBe(environments[roleOf(job)!]);
    expect(job.permissions).toMatchObject({ 'id-token': 'write' });
  });

  it('and each writing command runs with the least of them', () => {
    const used = withRole.map(({ job }) => [roleOf(job), /release -- (publish|promote)\b/.exec(commandsOf(job))?.[1]]);
    expect(used).toEqual([
      ['PUBLISH_ROLE_ARN', 'publish'],
      ['PROMOTE_ROLE_ARN', 'promote'],
      ['PROMOTE_ROLE_ARN', 'promote'],
    ]);
  });
});
