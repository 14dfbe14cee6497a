import { AlertRouterError, type FaultCode } from './faults.ts';

/** How long one request may take, in ms. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** Requests in one invocation; Lambda makes two more invocations, some minutes apart. */
const REQUESTS = 3;
/** Time kept for the table after the last request, in ms. */
const RESERVE_MS = 5_000;

export interface Clock {
  readonly wait: (ms: number) => Promise<unknown>;
  /** Time until the function is stopped, in ms. */
  readonly remainingMs: () => number;
}

/**
 * Posts JSON until it is taken (2xx). What may pass (no answer, 429, 5xx) is tried again in the same invocation,
 * not before the `Retry-After` that the webhook asks for, and only while there is time; anything else is final.
 * A request without an answer may have been taken: the message then comes twice.
 *
 * @throws AlertRouterError that never holds the URL: neither does the webhook's answer come into it, because
 *   servers repeat the path in their pages of errors, nor does the message of `fetch`, for the same reason
 */
export async function post(url: URL, body: string, clock: Clock): Promise<void> {
  for (let request = 1; ; request++) {
    const outcome = await postOnce(url, body);
    if (outcome === 'taken') return;

    const waitMs = outcome.retryAfterMs ?? 1_000 * 2 ** (request - 1);
    const hasTime = clock.remainingMs() > waitMs + REQUEST_TIMEOUT_MS + RESERVE_MS;
    if (outcome.code === 'webhook-refused' || request === REQUESTS || !hasTime) throw deliveryError(outcome);
    await clock.wait(waitMs);
  }
}

interface Refusal {
  readonly code: FaultCode & `webhook-${string}`;
  readonly received: string;
  readonly retryAfterMs?: number;
}

async function postOnce(url: URL, body: string): Promise<'taken' | Refusal> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      // The message goes to the address in the secret, and nowhere else.
      redirect: 'manual',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  } catch (error) {
    // Whatever `fetch` throws means that there was no answer.
    return { code: 'webhook-unreachable', received: describeNetworkError(error) };
  }
  // The status says all; a connection that breaks behind it takes nothing back.
  await response.body?.cancel().catch(() => {});
  if (response.ok) return 'taken';

  const received = `status ${response.status}`;
  if (response.status !== 429 && response.status < 500) return { code: 'webhook-refused', received };
  return { code: 'webhook-unavailable', received, retryAfterMs: readRetryAfter(response.headers.get('retry-after')) };
}

/** The TypeError of `fetch` has a cause with a code (ECONNREFUSED); a timeout has a name alone (TimeoutError). */
function describeNetworkError(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  return cause?.code ?? name ?? 'no answer';
}

/** Seconds or a date (RFC 9110, section 10.2.3), as ms from now. */
function readRetryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function deliveryError({ code, received }: Refusal): AlertRouterError {
  const remedy =
    code === 'webhook-refused'
      ? 'Compare the URL in the secret, and FORMAT, with what the chat expects.'
      : 'Lambda tries again; if it stays so, see whether the chat is up and reachable.';
  return new AlertRouterError([{ code, where: 'webhook', received, expected: 'a status of 2xx', remedy }]);
}
