import { join } from 'node:path';
import type { Paths } from '../paths.ts';
import type { Finding } from './finding.ts';
import { runLinter } from './run-linter.ts';

/** What cfn-lint prints with `--format json`, as far as it is read here. */
interface Match {
  readonly Filename: string;
  readonly Level: 'Error' | 'Warning' | 'Informational';
  readonly Location: { readonly Start: { readonly LineNumber: number } };
  readonly Message: string;
  readonly Rule: { readonly Id: string };
}

const LEVELS = { Error: 'error', Warning: 'warning', Informational: 'info' } as const;
// A bit for each level found (cfn-lint's README, "Exit Codes"): 2 errors, 4 warnings, 8 informational.
const EXIT_CODES = [0, 2, 4, 6, 8, 10, 12, 14];

/**
 * Checks CloudFormation templates, all in one process: its start costs more than a template.
 * @param regions those in which the templates must be valid; cfn-lint's own default is us-east-1
 * @throws E2eError `lint-failed` when cfn-lint itself fails
 */
export async function cfnLint(
  paths: Paths,
  files: readonly string[],
  regions: readonly string[] = [],
): Promise<Finding[]> {
  if (files.length === 0) return [];
  const inRegions = regions.length > 0 ? ['--regions', ...regions] : [];
  const { stdout } = await runLinter(
    paths,
    'cfn-lint',
    ['--format', 'json', ...inRegions, '--', ...files],
    EXIT_CODES,
    {
      // Schemas that the user once updated, and the user's own settings, would undo the pin.
      HOME: join(paths.environment, 'home'),
      XDG_CACHE_HOME: join(paths.environment, 'home'),
    },
  );
  return (JSON.parse(stdout || '[]') as Match[]).map((match) => ({
    rule: match.Rule.Id,
    level: LEVELS[match.Level],
    file: match.Filename,
    line: match.Location.Start.LineNumber,
    message: match.Message,
  }));
}
