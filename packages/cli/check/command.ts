import { Command, Option } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import type { CheckFlags } from './flags.ts';

const MORE = `
Folders are searched for *.yaml, *.yml, *.json and *.template files that are
CloudFormation. Without --profile, everything is checked inside a BitClouded
repository, and what is sensible for any template elsewhere.

With the profile \`all\`, templates that carry the catalogue's Metadata are held
against each other too, where there are two or more. A folder is taken as a
whole catalogue: a wire to a template that is not among them is a finding.

Other linters are no part of this program. cloudformation-validate is AWS's own
and comes with aws-cdk-lib; cfn-lint is Python, on PATH or --with
cfn-lint=<path>; cdk-nag is its pack AwsSolutions. What they find stands apart,
and what a standard has found already is not said again. Guard's rules run in
cloudformation-validate.

Exit codes:
  0    no finding
  1    findings
  2    a file is no template, a linter is missing, or the command was not
       understood
  130  interrupted

Examples:
  bitclouded check template.yaml
  bitclouded check --sarif --output check.sarif infrastructure/
  bitclouded check --profile all --json . > check.json
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
    .option('--output <file>', 'write the document of --json or --sarif there, and the text here')
    .option('--pass-over', 'leave out named files that are no CloudFormation')
    .option('--with <engine>', 'run cloudformation-validate, cfn-lint or cdk-nag too; may be repeated', collect)
    .option('--guard <file>', 'run rules of the Guard language too; may be repeated', collect)
    .addHelpText('after', MORE)
    .action(async (paths: string[], flags: CheckFlags, command: Command) => {
      if (flags.standard !== undefined) {
        const { explain } = await import('./explain.ts');
        return exit(await explain(flags.standard, surroundings));
      }
      if (paths.length === 0) command.error("error: missing argument 'paths'", { exitCode: 2 });
      if (flags.output !== undefined && !flags.json && !flags.sarif)
        command.error("error: option '--output <file>' needs '--json' or '--sarif'", { exitCode: 2 });
      const { runCheck } = await import('./run-check.ts');
      exit(await runCheck(paths, flags, surroundings));
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
