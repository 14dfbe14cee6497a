import { execFile } from 'node:child_process';
import type { Severity } from '../standard.ts';
import { StandardsError } from '../standards-error.ts';
import { type Engine, type EngineFinding, type EngineOptions, withoutStop } from './engine.ts';
import { engineMissing } from './resolve-package.ts';
import { inFiles } from './template-files.ts';

/** One element of what cfn-lint prints with `--format json`, as far as it is read here. */
interface Match {
  readonly Filename: string;
  readonly Level: 'Error' | 'Warning' | 'Informational';
  readonly Location: {
    readonly Path: readonly (string | number)[] | null;
    readonly Start: { readonly LineNumber: number; readonly ColumnNumber: number };
    readonly End: { readonly LineNumber: number; readonly ColumnNumber: number };
  };
  readonly Message: string;
  readonly Rule: { readonly Id: string; readonly ShortDescription: string; readonly Source: string };
}

const SEVERITIES: Readonly<Record<Match['Level'], Severity>> = {
  Error: 'error',
  Warning: 'warning',
  Informational: 'note',
};
const LONGEST_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * cfn-lint, a Python program that is not part of ours. One process for all templates, since its start costs more than
 * one of them. It runs in `cwd`, so that a `.cfnlintrc` there counts.
 * @param program a path, or a name that PATH leads to
 * @throws StandardsError engine-missing, engine-failed
 */
export async function cfnLint(program: string, cwd: string, { notes }: EngineOptions): Promise<Engine> {
  const version = /\d+(?:\.\d+)+\S*/.exec(await run(program, ['--version'], cwd))?.[0] ?? 'of an unknown version';
  return {
    name: 'cfn-lint',
    version,
    async check(templates) {
      if (templates.length === 0) return { findings: [], unread: [] };
      return inFiles(templates, async (files) => {
        const options = [
          '--format',
          'json',
          '--non-zero-exit-code',
          'none',
          ...(notes ? ['--include-checks', 'I'] : []),
        ];
        const output = await run(program, [...options, '--', ...files.keys()], cwd);
        return { findings: cfnLintFindings(output, (path) => files.get(path)?.file ?? path), unread: [] };
      });
    },
  };
}

/**
 * Reads what cfn-lint prints with `--format json`.
 * @param nameOf what messages call a file of its
 * @throws StandardsError engine-failed where it is no such list
 */
export function cfnLintFindings(json: string, nameOf: (path: string) => string = (path) => path): EngineFinding[] {
  return matchesOf(json).map(({ Filename, Level, Location, Message, Rule }) => {
    const [section, logicalId] = Location.Path ?? [];
    return {
      rule: Rule.Id,
      title: withoutStop(Rule.ShortDescription),
      severity: SEVERITIES[Level],
      message: withoutStop(Message),
      remedy: `See ${Rule.Source}`,
      url: Rule.Source,
      file: nameOf(Filename),
      logicalId: section === 'Resources' && typeof logicalId === 'string' ? logicalId : undefined,
      condition: '',
      start: { line: Location.Start.LineNumber, column: Location.Start.ColumnNumber },
      end: { line: Location.End.LineNumber, column: Location.End.ColumnNumber },
    };
  });
}

function matchesOf(json: string): Match[] {
  // It prints nothing at all where it has nothing to say.
  if (json.trim() === '') return [];
  try {
    return JSON.parse(json) as Match[];
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw failed(json, 'its findings as a JSON list', { cause });
  }
}

function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { cwd, maxBuffer: LONGEST_OUTPUT_BYTES }, (cause, stdout, stderr) => {
      if (cause === null) return resolve(stdout);
      if (cause.code === 'ENOENT' || cause.code === 'EACCES')
        return reject(
          engineMissing(
            'cfn-lint',
            `no program ${program} that can be run`,
            'install it (pip install cfn-lint), or name it: --with cfn-lint=<path>',
          ),
        );
      reject(failed(`${stderr || stdout || cause.message}`, 'exit code 0', { cause }));
    });
    child.stdin?.end();
  });
}

function failed(received: string, expected: string, options: ErrorOptions): StandardsError {
  return new StandardsError(
    { code: 'engine-failed', where: 'cfn-lint', received, expected, remedy: 'run cfn-lint by hand' },
    options,
  );
}
