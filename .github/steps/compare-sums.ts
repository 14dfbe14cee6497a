/** How a file of two bundles differs. */
export interface Difference {
  readonly path: string;
  readonly first: string;
  readonly second: string;
}

const ABSENT = 'not there';

/** Compares two `SHA256SUMS`: equal builds give equal lines. */
export function compareSums(first: string, second: string): Difference[] {
  const [one, two] = [sumsOf(first), sumsOf(second)];
  return [...new Set([...one.keys(), ...two.keys()])]
    .sort()
    .map((path) => ({ path, first: one.get(path) ?? ABSENT, second: two.get(path) ?? ABSENT }))
    .filter((difference) => difference.first !== difference.second);
}

/** Path → SHA-256. A line is `<hexadecimal>  <path>`, as `sha256sum` writes it. */
function sumsOf(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}
