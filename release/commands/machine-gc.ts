import { join } from 'node:path';
import { FaultError, keyOf, parseDocument, urlOf } from '@bitclouded/documents';
import { ProvisionError, serviceFault } from '@bitclouded/provisioner';
import { openAwsClients } from '../host/aws-clients.ts';
import { awsHostOf } from '../host/aws-host-of.ts';
import { LOCK_FILE } from '../images/write-lock.ts';
import { collectGarbage } from '../machines/gc.ts';
import { namedMachines } from '../machines/named-machines.ts';
import type { Retirement } from '../machines/plan-gc.ts';
import { entriesOf, readIfThere } from '../read-files.ts';
import type { CommandContext, Outcome } from './command.ts';
import { counted } from './counted.ts';

/** Retires the AMIs of a host that no supported release and no lock names: a step a run. */
export async function gcImagesCommand(context: CommandContext): Promise<Outcome> {
  const host = awsHostOf(context.host);
  const { workspace, dryRun, signal } = context;
  const now = context.now();
  // When a version was published: its receipt is written once, and never again. S3 says when, to everybody.
  const publishedAt = async (version: string): Promise<Date | undefined> => {
    const answer = await fetch(urlOf(host, keyOf.manifest(version)), { method: 'HEAD', signal });
    const modified = answer.ok ? answer.headers.get('last-modified') : null;
    return modified === null ? undefined : new Date(modified);
  };
  const named = await namedMachines(host, context.reader(), publishedAt, now, signal);
  const clients = openAwsClients();
  try {
    const locked = await lockedMachines(workspace);
    const retired = await collectGarbage({ host, clients, named: named.amis, locked, now, dryRun }, signal);
    return outcomeOf(retired, named.versions);
  } catch (cause) {
    if (cause instanceof FaultError) throw cause;
    const fault = serviceFault(cause, `machine images of ${host.name}`);
    throw fault === undefined ? cause : new ProvisionError(fault, { cause });
  } finally {
    clients.destroy();
  }
}

/** Every AMI of every lock of the repository, stale ones too. */
async function lockedMachines(workspace: string): Promise<ReadonlySet<string>> {
  const images = join(workspace, 'packages/images');
  const amis = new Set<string>();
  for (const entry of await entriesOf(images)) {
    const path = join(images, entry.name, LOCK_FILE);
    const bytes = entry.isDirectory() ? await readIfThere(path) : undefined;
    const lock = bytes && parseDocument('image-lock', bytes, path);
    for (const regions of Object.values(lock?.machines ?? {}))
      for (const machines of Object.values(regions)) for (const ami of Object.values(machines)) amis.add(ami);
  }
  return amis;
}

function outcomeOf(retired: readonly Retirement[], versions: readonly string[]): Outcome {
  const acted = retired.filter(({ action }) => action !== 'keep');
  return {
    document: { supported: versions, images: retired },
    lines: [
      `${counted(versions.length, 'supported release')}, ${counted(retired.length, 'machine image')}: ${acted.length} to retire`,
      ...acted.map(({ action, region, ami, name }) => `  ${action}  ${region}  ${ami}  ${name}`),
    ],
  };
}
