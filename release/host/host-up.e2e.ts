import { once } from 'node:events';
import {
  CloudFormationClient as Client,
  type CloudFormationClient,
  ListChangeSetsCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateOpenIDConnectProviderCommand, IAMClient, ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import type { AwsHost } from '@bitclouded/documents';
import { findPaths } from '../../tools/e2e/paths.ts';
import { createStack } from '../../tools/e2e/stacks.ts';
import { type StandIn, startStandIn } from '../../tools/e2e/stand-in.ts';
import { type AwsFront, startFront } from './testing/aws-front.ts';
import { buildHostTemplates, type Ended, type HostWorkspace, withHostWorkspace } from './testing/host-workspace.ts';

const HOME = 'us-east-1';
const OTHER = 'eu-west-1';
const HOST: Omit<AwsHost, 'name'> = {
  kind: 'aws',
  prefix: 'bitclouded',
  account: '123456789012',
  homeRegion: HOME,
  regions: [HOME, OTHER],
  registry: 'public.ecr.aws/example',
  stacks: {
    'artifact-host': { BudgetEmail: 'one@example.com' },
    'github-oidc': { Repository: 'example/fork', RepositoryId: '1' },
  },
};

const places = findPaths();
let standIn: StandIn;
let front: AwsFront;

beforeAll(async () => {
  await buildHostTemplates(places);
  standIn = await startStandIn();
  front = await startFront(standIn);
});
afterAll(async () => {
  await front.stop();
  await standIn.stop();
});
beforeEach(async () => {
  await standIn.reset();
  front.reset();
});

const within = (work: (workspace: HostWorkspace) => Promise<void>, host: Partial<AwsHost> = {}): Promise<void> =>
  withHostWorkspace(places, { ...HOST, ...host }, front.env, work);

function cloudFormation(region: string): CloudFormationClient {
  return new Client({ ...standIn, region });
}

async function stacksOf(region: string): Promise<Record<string, string>> {
  const { StackSummaries = [] } = await cloudFormation(region).send(new ListStacksCommand({}));
  const there = StackSummaries.filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
  return Object.fromEntries(there.map(({ StackName, StackStatus }) => [StackName!, StackStatus!]));
}

function expectCode({ code, out, err }: Ended, expected: number): void {
  // With what the program said, where it is another one.
  expect(code === expected ? `${code}` : `${code}\n${out}${err}`).toBe(`${expected}`);
}

async function nothingIsMade(): Promise<void> {
  expect({ ...(await stacksOf(HOME)), ...(await stacksOf(OTHER)) }).toEqual({});
}

it('makes the host, says what to write where, and finds nothing to do the second time', () =>
  within(async ({ run }) => {
    const made = await run('host', 'up', '--yes');
    expectCode(made, 0);
    expect(made.err).toMatch(/us-east-1 {2}bitclouded-artifact-host: create\n {2}created +\w+ +AWS::/);
    expect(made.err).toContain('DistributionId: known after bitclouded-artifact-host');
    expect(made.err).toMatch(/us-east-1 {2}bitclouded-github-oidc {2}CREATE_COMPLETE/);
    expect(await stacksOf(HOME)).toEqual({
      'bitclouded-artifact-host': 'CREATE_COMPLETE',
      'bitclouded-github-oidc': 'CREATE_COMPLETE',
    });
    expect(await stacksOf(OTHER)).toEqual({ 'bitclouded-artifact-region': 'CREATE_COMPLETE' });
    expect(made.out).toContain('production is up: 3 stacks of 3 changed');
    expect(made.out).toMatch(/cdn: \{ domain: '[a-z0-9.]+', distributionId: 'E[A-Z0-9]+' \},/);
    for (const role of ['PUSH', 'BAKE', 'PUBLISH', 'PROMOTE', 'GC'])
      expect(made.out).toMatch(new RegExp(`${role}_ROLE_ARN=arn:aws:iam::123456789012:role/`));

    const again = await run('host', 'up', '--yes');
    expectCode(again, 0);
    expect(again.out).toContain('production: nothing to do, its 3 stacks are up to date');
    // Who cannot be asked must not be, where there is nothing to ask.
    const { Summaries = [] } = await cloudFormation(HOME).send(
      new ListChangeSetsCommand({ StackName: 'bitclouded-artifact-host' }),
    );
    expect(Summaries.filter(({ ExecutionStatus }) => ExecutionStatus !== 'EXECUTE_COMPLETE')).toEqual([]);
  }));

it('gives programs one document', () =>
  within(async ({ run }) => {
    const { out, code } = await run('host', 'up', '--yes', '--json', '--quiet');
    expect(code).toBe(0);
    const document = JSON.parse(out);
    expect(document.stacks.map(({ name, action }: { name: string; action: string }) => [name, action])).toEqual([
      ['bitclouded-artifact-host', 'create'],
      ['bitclouded-github-oidc', 'awaited'],
      ['bitclouded-artifact-region', 'create'],
    ]);
    expect(document.config.cdn.distributionId).toMatch(/^E/);
    expect(Object.keys(document.variables).sort()).toEqual([
      'BAKE_ROLE_ARN',
      'GC_ROLE_ARN',
      'PROMOTE_ROLE_ARN',
      'PUBLISH_ROLE_ARN',
      'PUSH_ROLE_ARN',
    ]);
  }));

it('shows what it would do, and leaves no trace', () =>
  within(async ({ run }) => {
    const shown = await run('host', 'up', '--dry-run');
    expectCode(shown, 0);
    expect(shown.out).toContain('bitclouded-artifact-region: create');
    expect(shown.out).toContain('Nothing was changed.');
    await nothingIsMade();
  }));

it('changes the stacks whose configuration changed, and shows it first', async () => {
  await within(async ({ run }) => expectCode(await run('host', 'up', '--yes'), 0));
  const stacks = { ...HOST.stacks, 'artifact-host': { ...HOST.stacks!['artifact-host'], BudgetAmount: '75' } };
  await within(
    async ({ run }) => {
      const shown = await run('host', 'up', '--dry-run');
      expect(shown.out).toMatch(/bitclouded-artifact-host: update\n {2}(?:changed|perhaps replaced) +Budget/);
      expect(shown.out).toContain('bitclouded-artifact-region: nothing to do');
      const changed = await run('host', 'up', '--yes');
      expectCode(changed, 0);
      expect(changed.out).toContain('1 stack of 3 changed');
      expect(await stacksOf(HOME)).toMatchObject({ 'bitclouded-artifact-host': 'UPDATE_COMPLETE' });
    },
    { stacks },
  );
});

describe('before anything is made', () => {
  it('wants a word of consent', () =>
    within(async ({ run }) => {
      const refused = await run('host', 'up');
      expectCode(refused, 2);
      expect(refused.err).toContain('consent-missing');
      await nothingIsMade();
    }));

  it('finds Block Public Access, a region that is none and a foreign account, all at once', async () => {
    front.state.accountBlock = ['BlockPublicPolicy', 'RestrictPublicBuckets'];
    front.state.clockOffsetMs = 10 * 60_000;
    await within(
      async ({ run }) => {
        const refused = await run('host', 'up', '--yes');
        expectCode(refused, 2);
        for (const text of [
          'BlockPublicPolicy and RestrictPublicBuckets of the account are on',
          'aws s3control put-public-access-block --account-id 123456789012',
          'xx-north-9',
          'behind the service',
        ])
          expect(refused.err).toContain(text);
        expect(refused.err).not.toMatch(/^\s+at /m);
        await nothingIsMade();
      },
      { regions: [HOME, 'xx-north-9'] },
    );
    front.reset();
    await within(
      async ({ run }) => {
        const refused = await run('host', 'up', '--yes');
        expectCode(refused, 2);
        expect(refused.err).toContain('somebody of account 111122223333');
      },
      { account: '111122223333' },
    );
  });

  it('names every parameter that is missing, unknown or wrong', () =>
    within(
      async ({ run }) => {
        const refused = await run('host', 'up', '--yes', '--json');
        expectCode(refused, 2);
        const { faults } = JSON.parse(refused.out) as { faults: { code: string; where: string }[] };
        expect(faults.map(({ code, where }) => `${code} ${where}`)).toEqual([
          "parameter-unknown hosts.production.stacks['artifact-host'].Budgt",
          "parameter-invalid hosts.production.stacks['artifact-host'].BudgetAmount",
          "parameter-missing hosts.production.stacks['github-oidc'].RepositoryId",
        ]);
        await nothingIsMade();
      },
      {
        stacks: {
          'artifact-host': { Budgt: '1', BudgetAmount: '0' },
          'github-oidc': { Repository: 'example/fork' },
        },
      },
    ));

  it('says that nobody answers', () =>
    withHostWorkspace(places, HOST, { ...front.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, async ({ run }) => {
      const refused = await run('host', 'up', '--yes');
      expectCode(refused, 2);
      expect(refused.err).toContain('ECONNREFUSED');
    }));
});

describe('on a terminal', () => {
  /** What the program says when it is answered so. */
  async function answered(answer: string): Promise<{ code: number | null; screen: string }> {
    let code: number | null = null;
    let screen = '';
    await within(async ({ startOnTerminal }) => {
      const child = startOnTerminal('host', 'up');
      child.stdout!.on('data', (text) => {
        screen += text;
        if (answer && /Change 3 stacks of account 123456789012\?/.test(screen)) {
          child.stdin!.write(answer);
          answer = '';
        }
      });
      [code] = (await once(child, 'close')) as [number | null];
    });
    return { code, screen };
  }

  it('asks once, after it has shown everything', async () => {
    const { code, screen } = await answered('y');
    expect({ code, screen }).toMatchObject({ code: 0, screen: expect.stringContaining('production is up') });
    expect(screen.indexOf('bitclouded-artifact-host: create')).toBeLessThan(screen.indexOf('Change 3 stacks'));
    expect(await stacksOf(OTHER)).toEqual({ 'bitclouded-artifact-region': 'CREATE_COMPLETE' });
  });

  it('changes nothing when the answer is no', async () => {
    const { code, screen } = await answered('n');
    expect({ code, screen }).toMatchObject({ code: 2, screen: expect.stringContaining('consent-declined') });
    await nothingIsMade();
  });
});

describe("GitHub's provider", () => {
  const providers = async (): Promise<(string | undefined)[]> => {
    const { OpenIDConnectProviderList = [] } = await new IAMClient({ ...standIn }).send(
      new ListOpenIDConnectProvidersCommand({}),
    );
    return OpenIDConnectProviderList.map(({ Arn }) => Arn);
  };

  it('is used where the account has one, and said', async () => {
    await new IAMClient({ ...standIn }).send(
      new CreateOpenIDConnectProviderCommand({
        Url: 'https://token.actions.githubusercontent.com',
        ClientIDList: ['sts.amazonaws.com'],
      }),
    );
    const before = await providers();
    await within(async ({ run }) => {
      const made = await run('host', 'up', '--yes');
      expectCode(made, 0);
      expect(made.err).toContain(`${before[0]} is used`);
      expect(await providers()).toEqual(before);
      expect((await run('host', 'up', '--yes')).out).toContain('nothing to do');
    });
  });
});

describe('runs that end early', () => {
  it('is taken up after it was killed between planning and executing', () =>
    within(async ({ start, run }) => {
      const held = new Promise<void>((resolve) => {
        front.state.before = (words) => {
          if (!words.includes('ExecuteChangeSet')) return undefined;
          resolve();
          return new Promise(() => undefined);
        };
      });
      const { child, ended } = start('host', 'up', '--yes');
      await Promise.race([held, ended]);
      child.kill('SIGKILL');
      await ended;
      expect(await stacksOf(HOME)).toEqual({ 'bitclouded-artifact-host': 'REVIEW_IN_PROGRESS' });
      front.reset();
      expectCode(await run('host', 'up', '--yes'), 0);
      expect(await stacksOf(HOME)).toMatchObject({ 'bitclouded-artifact-host': 'CREATE_COMPLETE' });
    }));

  it('ends at Ctrl-C with 130, and the same command goes on', () =>
    within(async ({ start, run }) => {
      const held = new Promise<void>((resolve) => {
        front.state.before = (words) => {
          if (!words.includes('ExecuteChangeSet')) return undefined;
          resolve();
          return new Promise(() => undefined);
        };
      });
      const { child, ended } = start('host', 'up', '--yes');
      await Promise.race([held, ended]);
      child.kill('SIGINT');
      const interrupted = await ended;
      expectCode(interrupted, 130);
      expect(interrupted.err).toContain('goes on where it stopped');
      front.reset();
      expectCode(await run('host', 'up', '--yes'), 0);
    }));

  it('leaves a stack whose creation failed to a person, or makes it anew when told to', async () => {
    const waiting = {
      Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
      Wait: { Type: 'AWS::CloudFormation::WaitCondition', Properties: { Handle: { Ref: 'Handle' }, Timeout: '1' } },
    };
    const template = { body: JSON.stringify({ Resources: waiting }) };
    await expect(
      createStack(cloudFormation(HOME), { name: 'bitclouded-artifact-host', template }),
    ).rejects.toMatchObject({ code: 'stack-failed' });
    await within(async ({ run }) => {
      const refused = await run('host', 'up', '--yes');
      expectCode(refused, 2);
      expect(refused.err).toContain('creation-rolled-back');
      expect(await stacksOf(OTHER)).toEqual({});
      expectCode(await run('host', 'up', '--yes', '--replace-failed'), 0);
    });
  });
});
