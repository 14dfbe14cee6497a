import { sha256Of } from '@bitclouded/documents';

/** The lines of `SHA256SUMS`, as `sha256sum --check` reads them, in code-unit order of the keys. */
export function sumsOf(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const keys = [...files.keys()].sort();
  return Buffer.from(keys.map((key) => `${sha256Of(files.get(key)!)}  ${key}\n`).join(''));
}

export interface Sums {
  /** SHA-256 of each file by its key. */
  readonly files: ReadonlyMap<string, string>;
  /** Lines that are no sum of a file of the bundle, and keys that stand twice. */
  readonly faultyLines: readonly string[];
}

/** Reads the lines of `SHA256SUMS` that somebody else may have written. */
export function parseSums(text: string): Sums {
  const files = new Map<string, string>();
  const faultyLines: string[] = [];
  const lines = text.split('\n');
  if (lines.pop() !== '') faultyLines.push('no newline at the end');
  for (const line of lines) {
    const match = /^([0-9a-f]{64}) {2}([A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*)$/.exec(line);
    const [, sha256, key] = match ?? [];
    if (sha256 === undefined || key === undefined || /(?:^|\/)\.{1,2}(?:\/|$)/.test(key) || files.has(key))
      faultyLines.push(line);
    else files.set(key, sha256);
  }
  return { files, faultyLines };
}
