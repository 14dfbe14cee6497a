import { join } from 'node:path';
import { findPacker, type Packer } from '../../../packer/find-packer.ts';
import { PackerError } from '../../../packer/packer-error.ts';
import type { Finding } from './finding.ts';
import { runLinter } from './run-linters.ts';

/** The words of `packer validate` that tell where: `on image.pkr.hcl line 12:`. */
const PLACE = /on (\S+\.pkr\.hcl) line (\d+)/;

/** What whoever bakes says of each build, as a template may ask for it; what it does not ask for is not looked at. */
const VALUES = {
  PKR_VAR_region: 'us-east-1',
  PKR_VAR_architecture: 'x86_64',
  PKR_VAR_base_ami: 'ami-0123456789abcdef0',
  PKR_VAR_ami_name: 'lint',
  PKR_VAR_tags: '{"Name":"lint"}',
};

/**
 * Holds a machine image's template against Packer's own form and rules; nothing is asked of AWS.
 * @returns what is missing to do so, or what was found
 * @throws PluginError `linter-failed`
 */
export async function lintMachine(
  root: string,
  folder: string,
  files: readonly string[],
): Promise<{ readonly missing: string } | readonly Finding[]> {
  const packer = await packerOf(root);
  if ('missing' in packer) return packer;
  const cwd = join(root, folder);
  const { program } = packer;
  const env = { ...VALUES, ...packer.environment };
  const templates = files.filter((file) => /\.pkr(?:vars)?\.hcl$/.test(file));
  const formatted = await runLinter(program, ['fmt', '-check', '.'], { cwd, env, exitCodes: [0, 1, 3] });
  const findings = templates
    .filter((file) => formatted.stdout.split('\n').includes(file))
    .map((file) => ({
      ...{ file, line: 0, rule: 'packer-fmt', received: 'another form' },
      expected: 'the form of packer fmt',
      remedy: `${program} fmt ${folder}`,
    }));
  const valid = await runLinter(program, ['validate', '.'], { cwd, env });
  if (valid.exitCode === 0) return findings;
  const words = `${valid.stdout}${valid.stderr}`.trim();
  const [, file = 'image.pkr.hcl', line = '0'] = PLACE.exec(words) ?? [];
  const invalid = {
    ...{ file, line: Number(line), rule: 'packer-validate', received: words },
    expected: 'a template that Packer can build',
    remedy: 'correct what it names',
  };
  return [...findings, invalid];
}

async function packerOf(root: string): Promise<Packer | { readonly missing: string }> {
  try {
    return await findPacker(root);
  } catch (cause) {
    if (cause instanceof PackerError) return { missing: cause.faults[0]!.remedy };
    throw cause;
  }
}
