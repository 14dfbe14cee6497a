import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which linters this machine has. They are part of the cache's key: what was found without one is no word on it. */
export interface Linters {
  /** What `npm run e2e:setup` put there, hadolint and shellcheck among them; null: it did not. */
  readonly setup: string | null;
  /** The versions of Packer that were built. */
  readonly packer: readonly string[];
  /** Whether a missing linter is a fault: in a pipeline nobody reads a note. */
  readonly required: boolean;
}

const STAMP = 'tools/e2e/.venv/stamp';
const PACKERS = 'node_modules/.cache/packer';

/** @param env as GitHub, GitLab and most others set it: CI=true */
export function lintersIn(root: string, env: Readonly<Record<string, string | undefined>>): Linters {
  const stamp = join(root, STAMP);
  const packers = join(root, PACKERS);
  return {
    setup: existsSync(stamp) ? readFileSync(stamp, 'utf8') : null,
    // What is being built has another name until it is whole.
    packer: existsSync(packers)
      ? readdirSync(packers)
          .filter((name) => !name.endsWith('.part'))
          .sort()
      : [],
    required: env.CI === 'true',
  };
}
