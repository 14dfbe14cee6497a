import { join } from 'node:path';
import type { AwsHost } from '@bitclouded/documents';
import { describePlan, type EmitProvision } from '@bitclouded/provisioner';
import { openContext } from '../doctor/open-context.ts';
import type { Ask } from '../host/ask.ts';
import { type AwsClients, openAwsClients } from '../host/aws-clients.ts';
import { awsHostOf } from '../host/aws-host-of.ts';
import { describeEvent } from '../host/describe-event.ts';
import { existingProvider } from '../host/existing-provider.ts';
import { hostStacks } from '../host/host-stacks.ts';
import { hostTemplates } from '../host/host-templates.ts';
import {
  checkParameters,
  discardHost,
  executeHost,
  type HostWork,
  type PlannedHost,
  planHost,
} from '../host/plan-host.ts';
import { preflight } from '../host/preflight.ts';
import { describeSettings, settingsToWrite } from '../host/settings-to-write.ts';
import { readDist } from '../read-dist.ts';
import { ReleaseError } from '../release-error.ts';
import { buildStage } from './build.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';

export interface HostUpOptions {
  readonly yes?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly replaceFailed?: boolean | undefined;
  /** Absent where nobody can be asked. */
  readonly ask: Ask;
}

/** Makes a host's stacks what the configuration and the catalogue say. */
export async function hostUpCommand(context: CommandContext, options: HostUpOptions): Promise<Outcome> {
  const host = awsHostOf(context.host);
  if (!options.yes && !context.dryRun && options.ask === undefined) throw nobodyToAsk(host);
  await buildStage(context);
  const clients = openAwsClients();
  try {
    const work = await prepare(context, host, clients, options);
    return await bringUp(context, work, options);
  } finally {
    clients.destroy();
  }
}

/** Everything that can be found wrong before anything is made. */
async function prepare(
  context: CommandContext,
  host: AwsHost,
  clients: AwsClients,
  { replaceFailed = false }: HostUpOptions,
): Promise<HostWork> {
  const templates = hostTemplates(await readDist(join(context.workspace, 'dist')));
  checkParameters({ host, templates, found: {} });
  await preflight(openContext(host, clients, context));
  const oidc = hostStacks(host)
    .flat()
    .find(({ template }) => template === 'github-oidc');
  const provider = oidc && (await existingProvider(host, oidc, clients, context.signal));
  if (provider !== undefined) context.output(`The account has GitHub's provider already: ${provider} is used.`);
  const found = provider === undefined ? {} : { 'github-oidc': { ExistingProviderArn: provider } };
  return { host, templates, found, replaceFailed, clients };
}

async function bringUp(context: CommandContext, work: HostWork, options: HostUpOptions): Promise<Outcome> {
  const { host } = work;
  const { signal, output } = context;
  const emit: EmitProvision = (event) => {
    if (!options.quiet) output(describeEvent(event));
  };
  const planned = await planHost(work, emit, signal);
  const stacks = planned.flat();
  const lines = stacks.flatMap(linesOf);
  if (context.dryRun) {
    await discardHost(work, planned, signal);
    return {
      document: { host: host.name, stacks: documentOf(planned) },
      lines: [...lines, '', 'Nothing was changed.'],
    };
  }

  const changing = stacks.filter(({ plan }) => plan === undefined || changes(plan));
  if (changing.length > 0) {
    if (!options.quiet || !options.yes) output(lines.join('\n'));
    await askFor(work, planned, changing.length, options, signal);
  }
  const done = await executeHost(work, planned, emit, signal);
  const outputs = Object.assign({}, ...done.map((stack) => stack.outputs)) as Record<string, string>;
  const settings = settingsToWrite(host, outputs);
  const summary =
    changing.length === 0
      ? `${host.name}: nothing to do, its ${counted(done.length, 'stack')} ${done.length === 1 ? 'is' : 'are'} up to date`
      : `${host.name} is up: ${counted(changing.length, 'stack')} of ${done.length} changed`;
  return {
    document: { host: host.name, stacks: documentOf(planned), outputs: done, ...settings },
    lines: [summary, ...describeSettings(host, settings)],
  };
}

/** @throws ReleaseError `consent-declined` */
async function askFor(
  work: HostWork,
  planned: PlannedHost,
  count: number,
  { yes, ask }: HostUpOptions,
  signal: AbortSignal,
): Promise<void> {
  if (yes || (await ask?.(`Change ${counted(count, 'stack')} of account ${work.host.account}?`, signal))) return;
  await discardHost(work, planned, signal);
  throw new ReleaseError({
    code: 'consent-declined',
    where: `host ${work.host.name}`,
    received: 'no',
    expected: 'yes',
    remedy: 'nothing was changed; run it again when the plan is what you want',
  });
}

function changes(plan: NonNullable<PlannedHost[number][number]['plan']>): boolean {
  return plan.action !== 'nothing' || plan.terminationProtection !== undefined;
}

function linesOf({ plan, region, name, awaits }: PlannedHost[number][number]): readonly string[] {
  if (plan !== undefined) return describePlan(plan);
  const waits = Object.entries(awaits).map(([parameter, stack]) => `  ${parameter}: known after ${stack}`);
  return [`${region}  ${name}: planned when its parameters are known`, ...waits];
}

function documentOf(planned: PlannedHost): readonly object[] {
  return planned.flat().map(({ name, template, region, plan, awaits }) => ({
    name,
    template,
    region,
    action: plan?.action ?? 'awaited',
    changes: plan?.changes ?? [],
    awaits,
  }));
}

function nobodyToAsk(host: AwsHost): ReleaseError {
  return new ReleaseError({
    code: 'consent-missing',
    where: `host up of ${host.name}`,
    received: 'neither --yes nor a terminal on which to ask',
    expected: 'a word of consent before anything is made',
    remedy: 'look with --dry-run, then run it again with --yes',
  });
}
