import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StepError } from './step-error.ts';

/** The two files of a packed bundle that stand for all others. */
export interface BundleRecord {
  readonly manifest: Buffer;
  readonly sums: string;
}

/**
 * Reads `v<version>/manifest.json` and `v<version>/SHA256SUMS` of a bundle.
 * @throws StepError `bundle-missing`
 */
export async function readBundle(folder: string): Promise<BundleRecord> {
  const versions = (await namesIn(folder)).filter((name) => /^v\d/.test(name));
  if (versions.length !== 1)
    throw new StepError({
      code: 'bundle-missing',
      where: folder,
      received: versions.join(', ') || 'no folder of a version',
      expected: 'a bundle of one version',
      remedy: 'npm run release -- pack',
    });
  const [manifest, sums] = await Promise.all(
    ['manifest.json', 'SHA256SUMS'].map((name) => readFile(join(folder, versions[0]!, name))),
  );
  return { manifest: manifest!, sums: sums!.toString() };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
