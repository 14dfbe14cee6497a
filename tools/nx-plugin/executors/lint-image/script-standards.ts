import type { Finding } from './finding.ts';

/** Whether a file is a shell script that is run, by its name or its first line. */
export function isShellScript(file: string, text: string): boolean {
  return /\.(?:ba)?sh$/.test(file) || interpreterOf(text) !== undefined;
}

/**
 * A script ends at the first command that fails, and at the first variable that nobody set. What another script takes in
 * has no first line of its own, and follows that script.
 */
export function scriptFindings(file: string, text: string): readonly Finding[] {
  const first = interpreterOf(text);
  if (first === undefined) return [];
  const options = `${first} ${[...text.matchAll(/^set (-.*)$/gm)].map(([, given]) => given).join(' ')}`;
  const missing = ['e', 'u'].filter((letter) => !new RegExp(`\\s-[a-z]*${letter}`).test(options));
  if (missing.length === 0) return [];
  return [
    {
      ...{ file, line: 1, rule: 'fails-early' },
      received: `a script without set -${missing.join('')}`,
      expected: 'a script that ends where something fails',
      remedy: 'write set -euo pipefail (bash) or set -eu (sh) as its second line',
    },
  ];
}

function interpreterOf(text: string): string | undefined {
  return /^#!\S*(?:\/| )((?:ba|da|k)?sh\b.*)$/m.exec(text.slice(0, text.indexOf('\n') + 1))?.[1];
}
