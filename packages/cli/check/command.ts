import { Command, Option } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import type { CheckFlags } from './flags.ts';

const MORE = `
Folders are searched for *.yaml, *.yml, *.json and *.template files that are CloudFormation.
Without --profile, everything is checked inside a BitClouded repository, and what is sensible
for any template elsewhere.

Exit codes:
  0  no finding
  1  findings
  2  a file is no template, or the command was not understood

Examples:
  bitclouded check template.yaml
  bitclouded check --profile all --sarif infrastructure/ > check.sarif
  bitclouded check --standard imdsv2
`;

export function checkCommand(surroundings: Surroundings, exit: (code: number) => void): Command {
  return new Command('check')
    .description('hold CloudFormation templates against the standards')
    .argument('[paths...]', 'templates, and folders of them')
    .option('--standard <name>', 'explain one standard instead')
    .option('--profile <profile>', '`public`, `all`, or a file that chooses standards and severities')
    .addOption(new Option('--json', 'write one JSON document').conflicts('sarif'))
    .addOption(new Option('--sarif', 'write SARIF 2.1.0, for code scanning'))
    .addHelpText('after', MORE)
    .action(async (paths: string[], flags: CheckFlags, command: Command) => {
      if (flags.standard !== undefined) {
        const { explain } = await import('./explain.ts');
        return exit(await explain(flags.standard, surroundings));
      }
      if (paths.length === 0) command.error("error: missing argument 'paths'", { exitCode: 2 });
      const { runCheck } = await import('./run-check.ts');
      exit(await runCheck(paths, flags, surroundings));
    });
}
