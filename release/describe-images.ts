import type { Command } from 'commander';
import type { CommandContext, Outcome } from './commands/command.ts';

/** What can be said of these commands beside what every command takes. */
export interface ImageFlags {
  readonly arch?: readonly string[];
  readonly buildArg?: readonly string[];
  readonly to?: string;
}
type Runner = (context: CommandContext, args: readonly (string | undefined)[], flags: ImageFlags) => Promise<Outcome>;

/**
 * The commands for container images; each is loaded when it runs.
 * @param command makes a command of the program
 * @param run makes what a command does
 */
export function describeImages(
  command: (name: string, description: string, help: { writes: boolean; examples: readonly string[] }) => Command,
  run: (load: () => Promise<Runner>) => (...args: unknown[]) => Promise<void>,
): void {
  command('images build', 'Builds a container image into dist/oci, tests it and looks through it for secrets.', {
    writes: false,
    examples: ['images build aws-util', 'images build aws-util --arch x86_64'],
  })
    .argument('<name>')
    .option('--arch <architecture...>', 'x86_64, arm64: those alone, to try them; not to push')
    .option('--build-arg <NAME=value...>', "values of the Dockerfile's ARGs, such as another base")
    .action(
      run(async () => {
        const { buildImageCommand } = await import('./commands/images.ts');
        return (context, [name], flags) => buildImageCommand(context, name!, flags);
      }),
    );

  command('images push', "Pushes a built image to the host's registry by digest, tags it, and locks it.", {
    writes: false,
    examples: ['images push aws-util --host production'],
  })
    .argument('<name>')
    .action(
      run(async () => {
        const { pushImageCommand } = await import('./commands/images.ts');
        return (context, [name]) => pushImageCommand(context, name!);
      }),
    );

  command('images mirror', "Copies a mirrored image to the host's registry with its digest kept, and locks it.", {
    writes: false,
    examples: ['images mirror <name> --host production'],
  })
    .argument('<name>')
    .action(
      run(async () => {
        const { mirrorImageCommand } = await import('./commands/images.ts');
        return (context, [name]) => mirrorImageCommand(context, name!);
      }),
    );

  command('images join', 'Makes one image of what several machines built, each for its own architecture.', {
    writes: false,
    examples: ['images join aws-util tmp/layouts'],
  })
    .argument('<name>')
    .argument('<folder>', 'its folders are layouts of `images build --arch`')
    .action(
      run(async () => {
        const { joinImageCommand } = await import('./commands/images.ts');
        return (context, [name, folder]) => joinImageCommand(context, name!, folder!);
      }),
    );

  command('images list', 'Says of each image whether its lock is current, and which templates take it.', {
    writes: false,
    examples: ['images list --host production'],
  }).action(run(async () => (await import('./commands/image-upkeep.ts')).listImagesCommand));

  command('images refresh', 'Looks up what the tags of all bases name now, and writes new digests.', {
    writes: false,
    examples: ['images refresh'],
  }).action(run(async () => (await import('./commands/image-upkeep.ts')).refreshImagesCommand));

  command('images scan', 'Looks for known vulnerabilities in every image of the host.', {
    writes: false,
    examples: ['images scan --host production', 'images scan --host production --to sarif'],
  })
    .option('--to <folder>', 'where SARIF files go; otherwise dist/sarif')
    .action(
      run(async () => {
        const { scanImagesCommand } = await import('./commands/image-upkeep.ts');
        return (context, _, flags) => scanImagesCommand(context, flags);
      }),
    );

  command('images sboms', 'Lists what says what is installed in a locked image, as its registry has it.', {
    writes: false,
    examples: ['images sboms aws-util --host production', 'images sboms aws-util --host production --to sboms'],
  })
    .argument('<name>')
    .option('--to <folder>', 'write them there, as CycloneDX')
    .action(
      run(async () => {
        const { imageSbomsCommand } = await import('./commands/image-sboms.ts');
        return (context, [name], flags) => imageSbomsCommand(context, name!, flags);
      }),
    );
}
