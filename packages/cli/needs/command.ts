import { Command, Option } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import type { NeedsFlags } from './flags.ts';

const MORE = `
Stacks of one wave can be deployed side by side. What is recommended is taken
too, unless --minimal says otherwise; what is optional is not.

The catalogue is a build (dist) or the folder of a published version, such as
dist/host/v1.4.0.

Exit codes:
  0  done
  2  no such template, or the command was not understood

Examples:
  bitclouded needs networking/vpc
  bitclouded needs networking/vpc --minimal --json
  bitclouded needs networking/vpc --svg > vpc.svg
  bitclouded needs networking/vpc --catalogue dist/host/v1.4.0
`;

export function needsCommand(surroundings: Surroundings, exit: (code: number) => void): Command {
  return new Command('needs')
    .description('show the stacks that a template needs, in the order of their deployment')
    .argument('<template>', 'category/name')
    .option('--minimal', 'leave out what is recommended and not required')
    .option('--catalogue <folder>', 'where the templates are', 'dist')
    .addOption(new Option('--json', 'write one JSON document').conflicts('svg'))
    .addOption(new Option('--svg', 'write a picture'))
    .addHelpText('after', MORE)
    .action(async (template: string, flags: NeedsFlags) => {
      const { runNeeds } = await import('./run-needs.ts');
      exit(await runNeeds(template, flags, surroundings));
    });
}
