import { FaultError } from '@bitclouded/documents/fault-error';
import { Command, CommanderError } from 'commander';
import { checkCommand } from './check/command.ts';
import { needsCommand } from './needs/command.ts';
import { EXIT, type Surroundings } from './surroundings.ts';

/**
 * The command line. Commands load their parts when they run.
 * @returns the exit code
 */
export async function program(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings;
  let code: number = EXIT.done;
  const root = new Command('bitclouded')
    .description('CloudFormation templates, functions and images as one release')
    .addCommand(checkCommand(surroundings, (exit) => (code = exit)))
    .addCommand(needsCommand(surroundings, (exit) => (code = exit)));
  for (const command of [root, ...root.commands])
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
      .showHelpAfterError('(--help tells more)');
  try {
    await root.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.refused;
    if (!(error instanceof FaultError)) throw error;
    terminal.err(`${error.message}\n`);
    return EXIT.refused;
  }
}
