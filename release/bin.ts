#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import type { CommandContext, CommandOptions, Outcome } from './commands/command.ts';
import { describeImages } from './describe-images.ts';
import { progressOn } from './progress.ts';

// What is loaded from here on is compiled once for all commands: half of the time until the first request.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));

const EXIT_CODES = `
Exit codes:
  0    done, or nothing to do
  1    verify or doctor found faults
  2    refused: bad input, or a rule of releases
  3    failed on the host: the same command goes on where it stopped
  130  interrupted by Ctrl-C: the same command goes on where it stopped`;

/** Codes of exit code 3, beside those by which a host fails. */
const FAILED_ON_THE_HOST: readonly string[] = [
  'index-moved',
  'lock-timeout',
  'machine-bake-failed',
  'machine-image-failed',
  'plan-differs',
  'plan-stale',
  'service-unavailable',
  'stack-failed',
  'workspace-unwritable',
];

/** Commands that others stand under. */
const GROUPS: Readonly<Record<string, string>> = {
  host: 'What is done to the host itself.',
  images: 'What is done to container and machine images.',
  index: 'What is done to the index itself.',
};

interface Flags {
  readonly host?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly expectManifest?: string;
  readonly repair?: boolean;
  readonly reason?: string;
  readonly seen?: string;
  readonly yes?: boolean;
  readonly replaceFailed?: boolean;
  readonly writeProbe?: boolean;
  readonly port?: string;
  readonly arch?: readonly string[];
  readonly buildArg?: readonly string[];
  readonly share?: string;
  readonly base?: string;
  readonly to?: string;
}

const stop = new AbortController();
let signalled: 'SIGINT' | 'SIGTERM' | undefined;
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => {
    signalled = name;
    stop.abort();
  });
// Whoever reads the output may stop reading, as `| head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const program = new Command('release')
  .description('Builds, packs, publishes, verifies and promotes every unit as one release.')
  .configureHelp({ helpWidth: 80 })
  .exitOverride();
describe(program, { writes: true, examples: ['', '--host production', '--dry-run', 'verify'] });
program.action(run(async () => (await import('./commands/release.ts')).releaseCommand));

command('plan', 'Decides the next version and what it means for whoever upgrades.', {
  writes: true,
  examples: ['plan', 'plan --json'],
}).action(run(async () => (await import('./commands/plan.ts')).planCommand));

command('pack', 'Makes the bundle of the plan: every artifact, bound to the host.', {
  writes: true,
  examples: ['pack', 'pack --host production'],
}).action(run(async () => (await import('./commands/pack.ts')).packCommand));

command('publish', 'Puts the bundle on the host. What stands there is never overwritten.', {
  writes: true,
  examples: ['publish', 'publish --expect-manifest <sha256>', 'publish --repair'],
})
  .option('--expect-manifest <sha256>', 'refuse any other bundle')
  .option('--repair', 'create again what was taken away after the release was whole')
  .action(run(async () => withFlags((await import('./commands/publish.ts')).publishCommand)));

command('verify', 'Reads the host back anonymously and hashes everything.', {
  writes: true,
  examples: ['verify', 'verify 1.4.0', 'verify --json'],
})
  .argument('[version]', 'one version alone; otherwise the index, all that it names, and aliases')
  .action(run(async () => withArguments((await import('./commands/verify.ts')).verifyCommand)));

command('promote', 'Makes a verified release visible: index first, then the aliases.', {
  writes: true,
  examples: ['promote', 'promote 1.4.0 --expect-manifest <sha256>'],
})
  .argument('[version]', "a verified version; otherwise the bundle's")
  .option('--expect-manifest <sha256>', 'refuse any other release')
  .action(
    run(async () => {
      const { promoteCommand } = await import('./commands/promote.ts');
      return (context, [version], flags) => promoteCommand(context, version, flags);
    }),
  );

command('reconcile', 'Makes the aliases what the index says.', {
  writes: true,
  examples: ['reconcile', 'reconcile --dry-run'],
}).action(run(async () => (await import('./commands/promote.ts')).reconcileCommand));

command('yank', 'Takes a release out of the channels. Its objects stay where they are.', {
  writes: true,
  examples: ['yank 1.4.0 --reason "alarms never fire"'],
})
  .argument('<version>')
  .requiredOption('--reason <text>', 'why nobody should take it')
  .action(
    run(async () => {
      const { operateCommand } = await import('./commands/promote.ts');
      return (context, [version], { reason }) =>
        operateCommand(context, { type: 'yank', version: version!, reason: reason! }, `${version} is yanked`);
    }),
  );

command('pin', 'Holds a channel at a release, such as the one before (roll back).', {
  writes: true,
  examples: ['pin latest 1.3.0 --reason "1.4.0 breaks peering"', 'pin v1 1.3.0 --reason …'],
})
  .argument('<channel>', 'latest, v1 or v1.4')
  .argument('<version>')
  .requiredOption('--reason <text>', 'why it is held')
  .action(
    run(async () => {
      const { operateCommand } = await import('./commands/promote.ts');
      return (context, [channel, version], { reason }) =>
        operateCommand(
          context,
          { type: 'pin', channel: channel!, version: version!, reason: reason! },
          `${channel} is pinned to ${version}`,
        );
    }),
  );

command('unpin', 'Lets a channel follow its greatest release again.', {
  writes: true,
  examples: ['unpin latest'],
})
  .argument('<channel>', 'latest, v1 or v1.4')
  .action(
    run(async () => {
      const { operateCommand } = await import('./commands/promote.ts');
      return (context, [channel]) =>
        operateCommand(context, { type: 'unpin', channel: channel! }, `${channel} follows its greatest release`);
    }),
  );

command('index show', 'Shows the index as strangers read it, and how long it is valid.', {
  writes: false,
  examples: ['index show', 'index show --host production --json'],
}).action(run(async () => (await import('./commands/index.ts')).showIndexCommand));

command('index rebuild', 'Makes a lost or broken index anew from what stands on the host.', {
  writes: true,
  examples: ['index rebuild --dry-run', 'index rebuild', 'index rebuild --seen 57'],
})
  .option('--seen <serial>', 'the highest serial that was seen, where this machine has not seen it')
  .action(
    run(async () => {
      const { rebuildIndexCommand } = await import('./commands/index.ts');
      return (context, _, { seen }) => rebuildIndexCommand(context, seen);
    }),
  );

command('host up', 'Makes the stacks of a host on AWS, or changes them: shows, asks, deploys.', {
  writes: true,
  examples: ['host up --host production', 'host up --host production --dry-run'],
})
  .option('--yes', 'do not ask')
  .option('--replace-failed', 'delete a stack whose creation failed, and create it again')
  .action(
    run(async () => {
      const [{ hostUpCommand }, { askOn }] = await Promise.all([import('./commands/host.ts'), import('./host/ask.ts')]);
      return (context, _, flags) => hostUpCommand(context, { ...flags, ask: askOn(process.stdin, process.stderr) });
    }),
  );

command('doctor', 'Looks at a host on AWS and says what would fail.', {
  writes: false,
  examples: ['doctor --host production', 'doctor --host production --json'],
})
  .option('--write-probe', 'try writes that the host must refuse')
  .action(run(async () => withFlags((await import('./commands/doctor.ts')).doctorCommand)));

describeImages(command, run);

command('images bake', 'Bakes a machine image, copies it to every region of the host, shares it, and locks it.', {
  writes: true,
  examples: ['images bake linux-base --host production', 'images bake linux-base --host production --share nobody'],
})
  .argument('<name>')
  .option('--share <whom>', 'public, nobody, or numbers of accounts separated by commas', 'public')
  .option('--base <part>', 'another of the bases of image.ts, by a part of its name, such as 26.04')
  .action(
    run(async () => {
      const { bakeImageCommand } = await import('./commands/machines.ts');
      return (context, [name], flags) => bakeImageCommand(context, name!, flags);
    }),
  );

command(
  'images gc',
  'Retires machine images that no supported release and no lock names: deprecates, waits, disables.',
  {
    writes: true,
    examples: ['images gc --host production --dry-run', 'images gc --host production'],
  },
).action(run(async () => (await import('./commands/machine-gc.ts')).gcImagesCommand));

command('serve', 'Shows a folder host on 127.0.0.1 until Ctrl-C, which ends it with 0.', {
  writes: false,
  examples: ['serve', 'serve --port 8080'],
})
  .option('--port <number>', "another port than that of the host's address; 0: any free one")
  .action(
    run(async () => {
      const { serveCommand } = await import('./commands/serve.ts');
      return (context, _, { port }) => serveCommand(context, port);
    }),
  );

program
  .command('version')
  .description('Makes the next version from the changesets: CHANGELOG.md and release/package.json.')
  .addHelpText('after', `\nExamples:\n  npm run release -- version\n${EXIT_CODES}`)
  .option('--json', 'print one JSON document')
  .action(perform(async ({ workspace }) => (await import('./commands/version.ts')).versionCommand(workspace)));

await main();

type Runner = (context: CommandContext, args: readonly (string | undefined)[], flags: Flags) => Promise<Outcome>;

function command(name: string, description: string, help: { writes: boolean; examples: readonly string[] }): Command {
  const [last, ...groups] = name.split(' ').reverse();
  const parent = groups.reduceRight(group, program);
  const made = parent.command(last!).description(description);
  describe(made, help);
  return made;
}

/** The command that others stand under, such as `index` of `index rebuild`. */
function group(parent: Command, name: string): Command {
  const there = parent.commands.find((one) => one.name() === name);
  return there ?? parent.command(name).description(GROUPS[name] ?? '');
}

function describe(made: Command, { writes, examples }: { writes: boolean; examples: readonly string[] }): void {
  made.option('--host <name>', 'a host of bitclouded.config.ts', undefined).option('--json', 'print one JSON document');
  if (writes) made.option('--dry-run', 'say what would be written to the host, and do not');
  made
    .option('--quiet', 'print no progress')
    .option('--verbose', "print the build's output, and stacks of unforeseen errors");
  const lines = examples.map((example) => `  npm run release${example === '' ? '' : ` -- ${example}`}`);
  made.addHelpText('after', `\nWithout --host: local.\n\nExamples:\n${lines.join('\n')}\n${EXIT_CODES}`);
}

function withFlags(work: (context: CommandContext, flags: Flags) => Promise<Outcome>): Runner {
  return (context, _, flags) => work(context, flags);
}

function withArguments(work: (context: CommandContext, argument: string | undefined) => Promise<Outcome>): Runner {
  return (context, [argument]) => work(context, argument);
}

/** Runs a command on a host. It is loaded when it runs, so that help is quick. */
function run(load: () => Promise<Runner>): (...args: unknown[]) => Promise<void> {
  return perform(async (options, args, flags) => {
    const [{ runCommand }, work] = await Promise.all([import('./commands/command.ts'), load()]);
    return runCommand(options, (context) => work(context, args, flags));
  });
}

type Work = (options: CommandOptions, args: readonly (string | undefined)[], flags: Flags) => Promise<Outcome>;

/** Prints what a command comes to, and sets the exit code. */
function perform(work: Work): (...args: unknown[]) => Promise<void> {
  return async (...given) => {
    // Commander gives the arguments, the options and the command.
    const args = given.slice(0, -2) as (string | undefined)[];
    const flags: Flags = { ...program.opts(), ...(given.at(-1) as Command).opts() };
    const progress = progressOn(process.stderr, flags.quiet ?? false);
    try {
      const { findWorkspace } = await import('./load-hosts.ts');
      const options: CommandOptions = {
        workspace: await findWorkspace(process.cwd()),
        hostName: flags.host ?? 'local',
        dryRun: flags.dryRun ?? false,
        verbose: flags.verbose ?? false,
        load: (address) => import(address),
        now: () => new Date(),
        signal: stop.signal,
        emit: progress.emit,
        output: progress.print,
      };
      const outcome = await work(options, args, flags);
      progress.end();
      const text = flags.json ? JSON.stringify(outcome.document, null, 2) : outcome.lines.join('\n');
      if (text !== '') process.stdout.write(`${text}\n`);
      process.exitCode = outcome.faulty ? 1 : 0;
    } catch (error) {
      progress.end();
      process.exitCode = await report(error, flags, progress.print);
    }
  };
}

/** Tells what went wrong. @returns the exit code */
async function report(error: unknown, flags: Flags, print: (text: string) => void): Promise<number> {
  if (signalled !== undefined) {
    print('Interrupted. The same command goes on where it stopped.');
    return signalled === 'SIGINT' ? 130 : 143;
  }
  const { FaultError } = await import('@bitclouded/documents');
  if (error instanceof FaultError) {
    if (flags.json) process.stdout.write(`${JSON.stringify({ faults: error.faults }, null, 2)}\n`);
    print(error.message);
    const { isHostFailure } = await import('./release-error.ts');
    return isHostFailure(error) || FAILED_ON_THE_HOST.includes(error.code) ? 3 : 2;
  }
  print(flags.verbose && error instanceof Error ? `${error.stack}` : `An error that was not foreseen: ${error}`);
  if (!flags.verbose) print('Run it again with --verbose to see where it comes from.');
  return 3;
}

async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    // Commander has printed its message, or the help that was asked for.
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}
