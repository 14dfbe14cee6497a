import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GivenTemplate } from './engine.ts';

/**
 * Lends templates to a program that reads files, in a folder that is removed afterwards. The files have plain names:
 * what a user called them must not look like an option or a pattern.
 * @param work given each file's path with its template
 */
export async function inFiles<T>(
  templates: readonly GivenTemplate[],
  work: (files: ReadonlyMap<string, GivenTemplate>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-check-'));
  try {
    const files = new Map(templates.map((template, index) => [join(folder, nameOf(template, index)), template]));
    for (const [path, { bytes }] of files) await writeFile(path, bytes);
    return await work(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function nameOf({ bytes }: GivenTemplate, index: number): string {
  const isJson = /^\s*\{/.test(new TextDecoder().decode(bytes.subarray(0, 1000)));
  return `${String(index).padStart(5, '0')}.${isJson ? 'json' : 'yaml'}`;
}
