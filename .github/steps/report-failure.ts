import { StepError } from './step-error.ts';

/** Where a run of a workflow tells people something: the environment that GitHub gives each step. */
export interface Place {
  /** `https://api.github.com`, or an enterprise's. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  /** The page of this run. */
  readonly runUrl: string;
}

export const TITLE = 'The release host did not pass its nightly verification';
/** Whose issues are looked through. Source: GitHub Docs, "GITHUB_TOKEN". */
const AUTHOR = 'github-actions[bot]';

/**
 * Opens an issue about a failed verification, or comments on the one that is open.
 * @returns what was done
 * @throws StepError `github-refused`
 */
export async function reportFailure(place: Place, signal: AbortSignal): Promise<string> {
  const issues = `/repos/${place.repository}/issues`;
  const query = new URLSearchParams({ state: 'open', creator: AUTHOR, per_page: '100' });
  const open = (await ask(place, 'GET', `${issues}?${query}`, undefined, signal)) as {
    number: number;
    title: string;
  }[];
  const there = open.find(({ title }) => title === TITLE);
  if (there !== undefined) {
    await ask(place, 'POST', `${issues}/${there.number}/comments`, { body: `Again: ${place.runUrl}` }, signal);
    return `Commented on issue ${there.number}`;
  }
  const body = `${place.runUrl} says what. docs/release.md says what to do.`;
  const made = (await ask(place, 'POST', issues, { title: TITLE, body }, signal)) as { number: number };
  return `Opened issue ${made.number}`;
}

async function ask(
  { api, token }: Place,
  method: 'GET' | 'POST',
  path: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  const answer = await fetch(`${api}${path}`, {
    method,
    signal,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text);
  throw new StepError({
    code: 'github-refused',
    where: `${method} ${path}`,
    received: `${answer.status}: ${text}`,
    expected: 'leave to read and write the issues of the repository',
    remedy: 'switch Issues on in the settings of the repository; the job needs the permission issues: write',
  });
}
