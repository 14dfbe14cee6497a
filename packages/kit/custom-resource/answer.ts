import { setTimeout as sleep } from 'node:timers/promises';
import { CustomResourceError } from './custom-resource-error.ts';

/** What CloudFormation is told. Source: CloudFormation User Guide, "Custom resource response objects". */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  /** Hides `Data` from whoever describes the stack. */
  readonly NoEcho?: boolean;
  readonly Data?: Readonly<Record<string, string>>;
}

/** Source: the same page: "The total size of the response body can't exceed 4096 bytes". */
export const ANSWER_LIMIT_BYTES = 4096;
/** Longer reasons are cut, so that the answer has room for its identifiers; characters. */
const REASON_LIMIT = 1024;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 250;
/** One attempt may take this long: the address is one of S3, in the function's own region. */
const ATTEMPT_TIMEOUT_MS = 2000;
/** All attempts and the pauses between them, in the worst case. */
export const SENDING_MS = ATTEMPTS * ATTEMPT_TIMEOUT_MS + FIRST_PAUSE_MS * (2 ** (ATTEMPTS - 1) - 1);

/**
 * Puts the answer at the address that the request named; the address is a secret, and is in no message.
 * @throws CustomResourceError `answer-too-large`, `answer-unsent`
 */
export async function sendAnswer(url: string, answer: Answer, send: typeof fetch): Promise<void> {
  // As bytes: a string would bring a content type, which the address's signature does not cover.
  const body = bytesOf(answer);
  let received = 'nothing';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    try {
      const signal = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
      const response = await send(url, { method: 'PUT', headers: { 'content-type': '' }, body, signal });
      if (response.ok) return;
      received = `HTTP ${response.status}`;
      // The address is used up or was never good: it stays so.
      if (response.status < 500 && response.status !== 429) break;
    } catch (error) {
      // fetch gives a TypeError where the connection fails, and a TimeoutError where it hangs. By name: they may be of
      // another realm.
      const { name } = error as Error;
      if (name !== 'TypeError' && name !== 'TimeoutError') throw error;
      received = name === 'TimeoutError' ? `no answer in ${ATTEMPT_TIMEOUT_MS} ms` : causeOf(error as Error);
    }
  }
  throw new CustomResourceError({
    code: 'answer-unsent',
    where: answer.LogicalResourceId,
    received,
    expected: 'HTTP 200 from the address that CloudFormation gave for the answer',
    remedy: 'give the function a way to S3: the gateway endpoint of its subnets, or a NAT gateway',
  });
}

function bytesOf(answer: Answer): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(
    JSON.stringify({ ...answer, ...(answer.Reason !== undefined && { Reason: shorten(answer.Reason) }) }),
  );
  if (body.byteLength <= ANSWER_LIMIT_BYTES) return body;
  throw new CustomResourceError({
    code: 'answer-too-large',
    where: answer.LogicalResourceId,
    received: `${body.byteLength} bytes`,
    expected: `at most ${ANSWER_LIMIT_BYTES} bytes`,
    remedy: 'answer with fewer or shorter attributes',
  });
}

function shorten(reason: string): string {
  return reason.length <= REASON_LIMIT ? reason : `${reason.slice(0, REASON_LIMIT - 1)}…`;
}

function causeOf(error: Error): string {
  return (error.cause as Error | undefined)?.message ?? error.message;
}
