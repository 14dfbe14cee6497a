import { isDeepStrictEqual } from 'node:util';
import type { AwsHost, Fault } from '@bitclouded/documents';
import {
  discardPlan,
  type EmitProvision,
  executePlan,
  losesSomething,
  planStack,
  requiredCapabilities,
  type StackOutputs,
  type StackPlan,
  type StackRequest,
} from '@bitclouded/provisioner';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import type { AwsClients } from './aws-clients.ts';
import { type HostStack, type HostTemplate, hostStacks } from './host-stacks.ts';
import type { BuiltTemplate } from './host-templates.ts';
import { settleAll } from './settle-all.ts';
import { type Known, stackParameters } from './stack-parameters.ts';

/** What making a host works with. */
export interface HostWork {
  readonly host: AwsHost;
  readonly templates: Readonly<Record<HostTemplate, BuiltTemplate>>;
  /** Parameters that were found in the account, by template. */
  readonly found: Readonly<Partial<Record<HostTemplate, Readonly<Record<string, string>>>>>;
  /** Delete a stack whose creation failed and of which nothing remains. */
  readonly replaceFailed: boolean;
  readonly clients: Pick<AwsClients, 'cloudFormation'>;
}

/** One stack of the host, and what would happen to it. */
export interface PlannedStack extends HostStack {
  readonly request: StackRequest;
  /** Absent where a parameter is known only after another stack is made. */
  readonly plan: StackPlan | undefined;
  /** Parameters that are not known yet, and the stack that gives each. */
  readonly awaits: Readonly<Record<string, string>>;
}

export type PlannedHost = readonly (readonly PlannedStack[])[];

/**
 * Checks the parameters of all stacks, before anything is asked of AWS.
 * @throws ReleaseError with all faults: `parameter-missing`, `parameter-unknown`, `parameter-invalid`
 */
export function checkParameters({ host, templates, found }: Omit<HostWork, 'clients' | 'replaceFailed'>): void {
  const faults: Fault<ReleaseErrorCode>[] = [];
  const pending: Record<string, string> = {};
  for (const wave of hostStacks(host)) {
    for (const { template } of new Map(wave.map((stack) => [stack.template, stack])).values()) {
      const known = { outputs: {}, pending, found: found[template] ?? {} };
      faults.push(...stackParameters(host, template, templates[template].interface, known).faults);
    }
    for (const { template, name } of wave)
      for (const output of templates[template].interface.outputs) pending[output.name] = name;
  }
  if (faults.length > 0) throw new ReleaseError(faults);
}

/**
 * Makes a change set for every stack whose parameters are known.
 * @throws ProvisionError with the faults of all stacks of a wave
 */
export async function planHost(work: HostWork, emit: EmitProvision, signal: AbortSignal): Promise<PlannedHost> {
  const outputs: Record<string, string> = {};
  const pending: Record<string, string> = {};
  const planned: PlannedStack[][] = [];
  try {
    for (const wave of hostStacks(work.host)) {
      const stacks: PlannedStack[] = [];
      planned.push(stacks);
      await settleAll(wave, async (stack) => {
        stacks.push(await planOne(work, stack, { outputs, pending }, emit, signal));
      });
      // Regions in the order of the configuration, not of the answers.
      stacks.sort((a, b) => wave.findIndex(sameAs(a)) - wave.findIndex(sameAs(b)));
      for (const { name, template, plan } of stacks) {
        const there = plan?.action === 'create' ? {} : (plan?.outputs ?? {});
        for (const output of work.templates[template].interface.outputs) {
          const value = there[output.name];
          if (value === undefined) pending[output.name] = name;
          else outputs[output.name] = value;
        }
      }
    }
  } catch (error) {
    await discardHost(work, planned, signal);
    throw error;
  }
  return planned;
}

/**
 * Executes what was planned, wave by wave; a stack whose parameters became known meanwhile is planned now.
 * @returns the outputs of each stack, by region and name
 * @throws ProvisionError with the faults of all stacks of a wave; ReleaseError `plan-differs` where something would go
 *   that nobody was shown
 */
export async function executeHost(
  work: HostWork,
  planned: PlannedHost,
  emit: EmitProvision,
  signal: AbortSignal,
): Promise<readonly (HostStack & { readonly outputs: StackOutputs })[]> {
  const done: (HostStack & { outputs: StackOutputs })[] = [];
  const outputs: Record<string, string> = {};
  const left = new Set(planned.flat());
  try {
    for (const wave of planned) {
      const made = await settleAll(wave, async (stack) => {
        const plan = await currentPlan(work, stack, outputs, emit, signal);
        left.delete(stack);
        const { template, name, region } = stack;
        const client = work.clients.cloudFormation(region);
        return { template, name, region, outputs: await executePlan(client, plan, emit, signal) };
      });
      for (const stack of made) Object.assign(outputs, stack.outputs);
      done.push(...made);
    }
  } catch (error) {
    await discardHost(work, [[...left]], signal);
    throw error;
  }
  return done;
}

/** Takes away what was planned and is not executed. What cannot be taken away is taken up by the next run. */
export async function discardHost({ clients }: HostWork, planned: PlannedHost, signal: AbortSignal): Promise<void> {
  await Promise.allSettled(
    planned
      .flat()
      .flatMap(({ region, plan }) => (plan ? [discardPlan(clients.cloudFormation(region), plan, signal)] : [])),
  );
}

async function planOne(
  work: HostWork,
  stack: HostStack,
  known: Pick<Known, 'outputs' | 'pending'>,
  emit: EmitProvision,
  signal: AbortSignal,
): Promise<PlannedStack> {
  const { request, awaits } = requestOf(work, stack, known);
  const waits = Object.keys(awaits).length > 0;
  const client = work.clients.cloudFormation(stack.region);
  return { ...stack, request, awaits, plan: waits ? undefined : await planStack(client, request, emit, signal) };
}

function requestOf(
  { host, templates, found, replaceFailed }: HostWork,
  { template, name }: HostStack,
  known: Pick<Known, 'outputs' | 'pending'>,
): { request: StackRequest; awaits: StackParametersAwaits } {
  const { body, interface: face } = templates[template];
  const { values, awaits, faults } = stackParameters(host, template, face, { ...known, found: found[template] ?? {} });
  if (faults.length > 0) throw new ReleaseError(faults);
  const request: StackRequest = {
    name,
    template: { body },
    parameters: values,
    capabilities: requiredCapabilities(face.resources.map(({ type }) => type)),
    // Whoever deletes a host's stack by mistake takes its bucket out of every consumer's reach.
    terminationProtection: true,
    replaceFailedCreation: replaceFailed,
  };
  return { request, awaits };
}
type StackParametersAwaits = ReturnType<typeof stackParameters>['awaits'];

/** The plan that was shown, where it still fits what the stacks before it came to; else a new one. */
async function currentPlan(
  work: HostWork,
  shown: PlannedStack,
  outputs: Readonly<Record<string, string>>,
  emit: EmitProvision,
  signal: AbortSignal,
): Promise<StackPlan> {
  const { request } = requestOf(work, shown, { outputs, pending: {} });
  if (shown.plan !== undefined && isDeepStrictEqual(request.parameters, shown.request.parameters)) return shown.plan;
  const client = work.clients.cloudFormation(shown.region);
  if (shown.plan !== undefined) await discardPlan(client, shown.plan, signal);
  const plan = await planStack(client, request, emit, signal);
  const announced = new Set(shown.plan?.changes.filter(losesSomething).map(({ logicalId }) => logicalId));
  const unseen = plan.changes.filter((change) => losesSomething(change) && !announced.has(change.logicalId));
  if (unseen.length === 0) return plan;
  await discardPlan(client, plan, signal);
  throw new ReleaseError({
    code: 'plan-differs',
    where: `${shown.region} stack ${shown.name}`,
    received: unseen.map(({ effect, logicalId }) => `${logicalId} ${effect}`).join(', '),
    expected: 'nothing lost that was not shown before',
    remedy: 'run the same command again: it shows this first',
  });
}

function sameAs(one: HostStack): (other: HostStack) => boolean {
  return ({ name, region }) => name === one.name && region === one.region;
}
