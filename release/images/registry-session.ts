import { setTimeout as pause } from 'node:timers/promises';
import { pauseMs } from '../destinations/aws-retry.ts';
import { ReleaseError } from '../release-error.ts';
import { isLoopback, type RepositoryAddress } from './registry-address.ts';
import type { CredentialsOf } from './registry-credentials.ts';

/** How often a request is begun while the connection fails or the registry is busy. */
export const ATTEMPTS = 4;
/** Without an answer's head. */
const ANSWER_MS = 60_000;

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** One repository, spoken to under one identity. */
export interface RegistrySession {
  readonly address: RepositoryAddress;
  /**
   * Sends one request, signs in when it is asked to, and gives every answer but 401, 403, 429 and 5xx.
   * @throws ReleaseError `access-denied`, `host-unavailable`
   */
  send(request: RegistryRequest, signal: AbortSignal): Promise<Response>;
  /** Runs work again while the connection fails in it. @throws what the last attempt throws */
  attempts<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** @param random from 0 to 1, for the pauses between attempts */
export function openSession(
  address: RepositoryAddress,
  credentialsOf: CredentialsOf,
  random: () => number = Math.random,
): RegistrySession {
  let authorization: string | undefined;

  async function send(request: RegistryRequest, signal: AbortSignal): Promise<Response> {
    let answer = await exchange(request, authorization, signal);
    if (answer.status === 401) {
      await answer.body?.cancel();
      authorization = await signIn(address, answer.headers.get('www-authenticate') ?? '', credentialsOf, signal);
      answer = await exchange(request, authorization, signal);
    }
    if (answer.status === 401 || answer.status === 403) throw await denied(request, answer);
    if (answer.status === 429 || answer.status >= 500)
      throw unavailable(request.url, `${request.method}: ${answer.status} ${await wordsOf(answer)}`);
    return answer;
  }

  async function attempts<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (cause) {
        signal.throwIfAborted();
        if (!(cause instanceof ReleaseError) || cause.code !== 'host-unavailable' || attempt === ATTEMPTS) throw cause;
      }
      await pause(pauseMs(attempt, random), undefined, { signal });
    }
  }
  return { address, send, attempts };
}

/** What went wrong on the way, as an error that names the address. */
export function unavailable(where: string, received: string, cause?: unknown): ReleaseError {
  return new ReleaseError(
    {
      code: 'host-unavailable',
      where,
      received,
      expected: 'an answer of the registry',
      remedy: 'see whether the registry can be reached, then run this again: what is there is not sent again',
    },
    { cause },
  );
}

/**
 * An error of Node's fetch as the registry's, every other one as it is. By its name: fetch rejects with a TypeError
 * when a connection fails, with the signal's reason when it ends, and a test's TypeError is another class than fetch's.
 */
export function asUnavailable(cause: unknown, where: string, signal: AbortSignal): unknown {
  if (signal.aborted || !isOfFetch(cause)) return cause;
  const reason = (cause.cause as Error | undefined)?.message;
  return unavailable(where, [cause.message, reason].filter(Boolean).join(': '), cause);
}

function isOfFetch(cause: unknown): cause is Error {
  return ['TypeError', 'TimeoutError'].includes((cause as Error | undefined)?.name ?? '');
}

async function exchange(
  { method, url, headers, body }: RegistryRequest,
  authorization: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new DOMException('no answer in time', 'TimeoutError')), ANSWER_MS);
  try {
    return await fetch(url, {
      method,
      headers: { ...headers, ...(authorization && { authorization }) },
      ...(body && { body: body as Uint8Array<ArrayBuffer> }),
      signal: AbortSignal.any([signal, late.signal]),
    });
  } catch (cause) {
    throw asUnavailable(cause, url, signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Source: Docker Registry, "Token Authentication Specification"; RFC 7235, section 4.1. */
async function signIn(
  { registry, url }: RepositoryAddress,
  challenge: string,
  credentialsOf: CredentialsOf,
  signal: AbortSignal,
): Promise<string | undefined> {
  const credentials = await credentialsOf(registry);
  const basic = credentials === undefined ? undefined : `Basic ${credentials}`;
  if (!/^bearer /i.test(challenge)) return basic;
  const given = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
  if (!URL.canParse(given.realm ?? '')) return basic;
  const realm = new URL(given.realm!);
  for (const key of ['service', 'scope']) if (given[key]) realm.searchParams.set(key, given[key]);
  // A password goes nowhere in the clear.
  const isSafe = realm.protocol === 'https:' || isLoopback(realm.hostname);
  const answer = await exchange({ method: 'GET', url: realm.href }, isSafe ? basic : undefined, signal);
  if (!answer.ok) throw await denied({ method: 'GET', url: realm.href }, answer);
  const document = (await answer.json().catch((cause: unknown) => {
    throw unavailable(url, `a token that cannot be read: ${String(cause)}`, cause);
  })) as { token?: string; access_token?: string };
  return `Bearer ${document.token ?? document.access_token}`;
}

async function denied({ method, url }: RegistryRequest, answer: Response): Promise<ReleaseError> {
  return new ReleaseError({
    code: 'access-denied',
    where: url,
    received: `${method}: ${answer.status} ${await wordsOf(answer)}`,
    expected: 'the right to do this',
    remedy: 'sign in to the registry (docker login, podman login; on ECR to the AWS account), then run this again',
  });
}

/** What an answer says, for a message. Source: OCI Distribution Specification, "Error Codes". */
export async function wordsOf(answer: Response): Promise<string> {
  try {
    return (await answer.text()).slice(0, 300);
  } catch (cause) {
    if (!isOfFetch(cause)) throw cause;
    return answer.statusText;
  }
}
