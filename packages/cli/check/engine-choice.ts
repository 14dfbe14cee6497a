import { type EngineName, engineNames } from '@bitclouded/standards/borrowed';
import { CliError } from '../cli-error.ts';

/** An engine that was asked for. */
export interface EngineChoice {
  readonly name: EngineName;
  /** The program that was named, of an engine that is one. */
  readonly program: string | undefined;
}

/**
 * Reads each `--with`: `cfn-lint`, or `cfn-lint=/path/to/cfn-lint`. An engine that is asked for twice runs once.
 * @throws CliError engine-unknown with every one
 */
export function engineChoices(asked: readonly string[]): EngineChoice[] {
  const choices = new Map<EngineName, EngineChoice>();
  const unknown: string[] = [];
  for (const text of asked) {
    const [, name, program] = /^([^=]*)(?:=(.+))?$/s.exec(text) ?? [];
    if (!isEngine(name) || (program !== undefined && name !== 'cfn-lint')) unknown.push(text);
    else choices.set(name, { name, program });
  }
  if (unknown.length === 0) return [...choices.values()];
  throw new CliError(
    unknown.map((received) => ({
      code: 'engine-unknown',
      where: '--with',
      received,
      expected: `${engineNames.join(', ')} or cfn-lint=<path>`,
      remedy: 'correct the name',
    })),
  );
}

function isEngine(name: string | undefined): name is EngineName {
  return (engineNames as readonly (string | undefined)[]).includes(name);
}
