import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '@bitclouded/documents';
import type { Destination, Reader } from '../destinations/destination.ts';
import { type DryRun, dryRunOf } from '../destinations/dry-run.ts';
import { openDestination, openReader } from '../destinations/open-destination.ts';
import { hostNamed, loadHosts } from '../load-hosts.ts';
import type { Emit } from '../release-event.ts';
import { counted } from './counted.ts';

/** What every command works with. */
export interface CommandContext {
  readonly workspace: string;
  readonly host: Host;
  /** `dist/release/<host>`: where stages leave their documents. */
  readonly stageFolder: string;
  /** Where the bundle is packed: `stageFolder`, or in a dry run a folder that is removed at the end. */
  packFolder(): Promise<string>;
  destination(): Destination;
  /** The host as strangers read it; a dry run shows what it would have written. */
  reader(): Reader;
  readonly dryRun: boolean;
  readonly verbose: boolean;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly emit: Emit;
  /** Takes the output of a program that a command runs. */
  readonly output: (text: string) => void;
}

/** What a command came to. */
export interface Outcome {
  /** What `--json` prints. */
  readonly document: unknown;
  /** What people read. */
  readonly lines: readonly string[];
  /** Faults were found: exit code 1. */
  readonly faulty?: boolean;
}

export interface CommandOptions {
  readonly workspace: string;
  readonly hostName: string;
  readonly dryRun: boolean;
  readonly verbose: boolean;
  readonly load: Parameters<typeof loadHosts>[1];
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly emit: Emit;
  readonly output: (text: string) => void;
}

/**
 * Runs a command on a host; a dry run writes to the host in memory only, and its outcome says what it would write.
 * @throws what the command throws; ReleaseError `host-unknown`, `config-unreadable`, and DocumentError
 */
export async function runCommand(
  options: CommandOptions,
  command: (context: CommandContext) => Promise<Outcome>,
): Promise<Outcome> {
  const { workspace, dryRun } = options;
  const host = hostNamed(await loadHosts(workspace, options.load), options.hostName);
  const stageFolder = join(workspace, 'dist', 'release', host.name);
  let temporary: string | undefined;
  let opened: Destination | DryRun | undefined;
  let reader: Reader | undefined;
  const context: CommandContext = {
    ...options,
    host,
    stageFolder,
    async packFolder() {
      if (!dryRun) return stageFolder;
      temporary ??= await mkdtemp(join(tmpdir(), 'bitclouded-pack-'));
      return temporary;
    },
    destination() {
      if (opened === undefined) {
        const destination = openDestination(host, workspace);
        opened = dryRun ? dryRunOf(destination) : destination;
      }
      return opened;
    },
    reader() {
      if (reader === undefined) {
        const destination = context.destination();
        reader = openReader(host, workspace);
        if ('over' in destination) reader = (destination as DryRun).over(reader);
      }
      return reader;
    },
  };
  try {
    const outcome = await command(context);
    return dryRun ? withWouldWrite(outcome, opened) : outcome;
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true });
  }
}

function withWouldWrite(outcome: Outcome, destination: Destination | DryRun | undefined): Outcome {
  if (destination === undefined || !('wouldWrite' in destination)) return outcome;
  const { wouldWrite } = destination;
  return {
    ...outcome,
    document: { dryRun: true, wouldWrite, wouldBe: outcome.document },
    lines: [
      'Dry run: nothing was written to the host.',
      ...outcome.lines.map((line) => `  ${line}`),
      wouldWrite.length === 0 ? 'It would write nothing.' : `It would write ${counted(wouldWrite.length, 'object')}:`,
      ...wouldWrite.map(({ region, key }) => `  ${region}  ${key}`),
    ],
  };
}
