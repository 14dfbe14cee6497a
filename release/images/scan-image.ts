import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ReleaseError } from '../release-error.ts';
import { copyImage } from './copy-image.ts';
import { writeLayoutIndex } from './layout.ts';
import type { Descriptor, ImageSource } from './oci.ts';
import type { RunTool } from './run-tool.ts';
import type { Trivy } from './trivy.ts';

export interface ScanRequest {
  readonly source: ImageSource;
  /** The manifest of one architecture. */
  readonly image: Descriptor;
  /** How findings of one image and architecture are kept apart from those of others. */
  readonly category: string;
  /** Where Trivy keeps its database of vulnerabilities, which it fetches. */
  readonly cacheFolder: string;
}

/**
 * Looks for known vulnerabilities in an image.
 * @returns SARIF, as GitHub's code scanning takes it
 * @throws ReleaseError `scan-failed`, as where the database cannot be fetched
 */
export async function scanImage(
  { program }: Trivy,
  run: RunTool,
  { source, image, category, cacheFolder }: ScanRequest,
  signal: AbortSignal,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-scan-'));
  try {
    await copyImage(source, image, folder, signal);
    await writeLayoutIndex(folder, [image]);
    const made = join(folder, 'found.sarif');
    const args = ['image', '--input', folder, '--scanners', 'vuln', '--cache-dir', cacheFolder];
    const ended = await run(program, [...args, '--format', 'sarif', '--output', made], signal);
    if (ended.exitCode !== 0) throw failed(category, ended.failure ?? stripVTControlCharacters(ended.all).trim());
    const { runs, ...rest } = JSON.parse(await readFile(made, 'utf8')) as { runs: readonly object[] };
    // Source: GitHub Docs, "SARIF support for code scanning", runAutomationDetails: a category ends with a slash.
    const own = runs.map((one) => ({ ...one, automationDetails: { id: `${category}/` } }));
    return JSON.stringify({ ...rest, runs: own });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function failed(where: string, received: string): ReleaseError {
  return new ReleaseError({
    code: 'scan-failed',
    where,
    received: received.split('\n').slice(-5).join('\n    '),
    expected: 'a search with a database of vulnerabilities',
    remedy: 'see whether ghcr.io, which has the database, can be reached; then run this again',
  });
}
