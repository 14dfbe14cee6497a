/*
 * A program of tests: publishes, verifies and promotes the bundle that stands in a workspace, as the command does,
 * with a clock that stands still: `node release-program.ts <workspace> [<host>]`.
 */
import { runCommand } from '../commands/command.ts';
import { promoteCommand } from '../commands/promote.ts';
import { publishCommand } from '../commands/publish.ts';
import { verifyStage } from '../commands/verify.ts';

const [workspace, hostName = 'local'] = process.argv.slice(2) as [string, string?];
const now = new Date('2026-03-01T12:00:00.000Z');

await runCommand(
  {
    workspace,
    hostName,
    dryRun: false,
    verbose: false,
    load: (address) => import(address),
    now: () => now,
    signal: new AbortController().signal,
    emit: () => undefined,
    output: () => undefined,
  },
  async (context) => {
    const { document } = await publishCommand(context, {});
    const packed = document as { version: string; manifestSha256: string };
    await verifyStage(context, { version: packed.version, packed });
    return promoteCommand(context, undefined, {});
  },
);
