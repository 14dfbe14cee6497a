import type { S3Answer } from './s3-request.ts';

/** What S3 answers where it did not do what it was asked. `name` is the error code. */
export class S3Refusal extends Error {
  readonly status: number;
  readonly headers: S3Answer['headers'];

  constructor(code: string, message: string, status: number, headers: S3Answer['headers']) {
    super(message);
    this.name = code;
    this.status = status;
    this.headers = headers;
  }

  /** The store's clock. */
  get date(): Date | undefined {
    const time = Date.parse(this.headers.date ?? '');
    return Number.isNaN(time) ? undefined : new Date(time);
  }
}

/** Longer than any error document. */
const LIMIT_BYTES = 64 * 1024;

/** Reads an error document; an answer to HEAD has none. Source: Amazon S3 API Reference, "Error responses". */
export async function refusalOf(status: number, { headers, body }: S3Answer): Promise<S3Refusal> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes <= LIMIT_BYTES) chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  const [, code = codeOf(status)] = /<Code>([^<]{1,100})<\/Code>/.exec(text) ?? [];
  const [, message = ''] = /<Message>([^<]*)<\/Message>/.exec(text) ?? [];
  return new S3Refusal(code, message, status, headers);
}

/** Where the store says a number and no more. */
function codeOf(status: number): string {
  return { 301: 'PermanentRedirect', 403: 'Forbidden', 404: 'NotFound', 412: 'PreconditionFailed' }[status] ?? 'Error';
}

/** Says "later": a store that is busy, and two writers at the same moment. */
const LATER = new Set(['ConditionalRequestConflict', 'OperationAborted', 'RequestTimeout', 'SlowDown']);
/** A connection that was not made, and one that ended. Source: Node.js, "Common system errors". */
const UNREACHED = new Set(['EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND']);
const ENDED = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** Whether the same request may succeed a moment later. */
export function isPassing(cause: unknown): boolean {
  if (cause instanceof S3Refusal) return cause.status >= 500 || cause.status === 429 || LATER.has(cause.name);
  return (
    isUnreached(cause) || ENDED.has(codeIn(cause)) || (cause as { name?: unknown } | null)?.name === 'TimeoutError'
  );
}

/** Whether nobody was there to be asked. */
export function isUnreached(cause: unknown): boolean {
  return UNREACHED.has(codeIn(cause));
}

function codeIn(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}
