import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { StepError } from './step-error.ts';

/** What code scanning files findings under: the environment that GitHub gives each step. */
export interface ScannedCommit {
  /** `https://api.github.com`, or an enterprise's. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  readonly commit: string;
  /** `refs/heads/main`. */
  readonly ref: string;
}

/**
 * Hands every SARIF file of a folder to GitHub's code scanning, one analysis each.
 * Source: GitHub REST API, "Upload an analysis as SARIF data".
 * @returns the files
 * @throws StepError `github-refused`
 */
export async function uploadSarif(
  folder: string,
  { api, repository, token, commit, ref }: ScannedCommit,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const files = (await namesIn(folder)).filter((name) => name.endsWith('.sarif')).sort();
  for (const file of files) {
    const sarif = gzipSync(await readFile(join(folder, file))).toString('base64');
    const answer = await fetch(`${api}/repos/${repository}/code-scanning/sarifs`, {
      method: 'POST',
      signal,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-github-api-version': '2022-11-28',
      },
      body: JSON.stringify({ commit_sha: commit, ref, sarif }),
    });
    const text = await answer.text();
    if (answer.ok) continue;
    throw new StepError({
      code: 'github-refused',
      where: `POST /repos/${repository}/code-scanning/sarifs (${file})`,
      received: `${answer.status}: ${text}`,
      expected: 'leave to write to code scanning',
      remedy: 'switch code scanning on in the settings of the repository; the job needs security-events: write',
    });
  }
  return files;
}

/** A host without images leaves no folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
