import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Job {
  readonly environment?: string;
  readonly if?: string;
  readonly needs?: string | readonly string[];
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
  const found = (pattern: RegExp): string | undefined => pattern.exec(trust)?.[1];
  const workflows: Record<string, string | undefined> = {
    release: found(/ReleaseWorkflow: workflow\('[^']+', '([^']+)'\)/),
    images: found(/ImagesWorkflow: workflow\('[^']+', '([^']+)'\)/),
  };
  /** By the variable that names the role: the job that the template trusts. */
  const trusted: Record<string, { readonly file: string | undefined; readonly environment: string | undefined }> = {
    PUBLISH_ROLE_ARN: {
      file: workflows.release,
      environment: found(/PublishEnvironment: environment\('publish', '([^']+)'\)/),
    },
    PROMOTE_ROLE_ARN: {
      file: workflows.release,
      environment: found(/PromoteEnvironment: environment\('promote', '([^']+)'\)/),
    },
    PUSH_ROLE_ARN: {
      file: workflows.images,
      environment: found(/PushEnvironment: environment\('push images', '([^']+)'\)/),
    },
    BAKE_ROLE_ARN: { file: workflows.images, environment: found(/BakeEnvironment: environment\('bake', '([^']+)'\)/) },
    GC_ROLE_ARN: { file: workflows.images, environment: found(/GcEnvironment: environment\('gc', '([^']+)'\)/) },
  };
  const withRole = jobs.filter(({ job }) => roleOf(job) !== undefined);

  it.each(withRole.map(({ where, job }) => [where, job] as const))('%s', (where, job) => {
    expect({ file: where.split(':')[0], environment: job.environment }).toEqual(trusted[roleOf(job)!]);
    expect(job.permissions).toMatchObject({ 'id-token': 'write' });
  });

  it('and each writing command runs with the least of them', () => {
    const used = withRole.map(({ job }) => [
      roleOf(job),
      /release -- (publish|promote|images (?:push|mirror|bake|gc))\b/.exec(commandsOf(job))?.[1],
    ]);
    expect(used).toEqual([
      ['PUSH_ROLE_ARN', 'images push'],
      ['PUSH_ROLE_ARN', 'images mirror'],
      ['BAKE_ROLE_ARN', 'images bake'],
      ['GC_ROLE_ARN', 'images gc'],
      ['PUBLISH_ROLE_ARN', 'publish'],
      ['PROMOTE_ROLE_ARN', 'promote'],
      ['PROMOTE_ROLE_ARN', 'promote'],
    ]);
  });
});

it('what comes from a pull request gets neither a role nor a right to write', () => {
  const images = workflows.get('images.yml')!;
  for (const [name, { permissions, if: condition = '' }] of Object.entries(images.jobs)) {
    if (!Object.values(permissions ?? {}).includes('write')) continue;
    // Its own condition, or that of a job that it needs.
    const guards = [
      condition,
      ...[images.jobs[name]!.needs ?? []].flat().map((needed) => images.jobs[needed]!.if ?? ''),
    ];
    const never = guards.some((guard) => /event_name == 'schedule'|event_name != 'pull_request'/.test(guard));
    expect({ name, never }).toEqual({ name, never: true });
  }
});
