/** A request as rules see it. */
export interface ProxiedRequest {
  readonly verb: string;
  readonly bucket: string;
  /** '' for a request about the bucket. */
  readonly key: string;
  /** Without the question mark. */
  readonly query: string;
  /** Among the requests with this verb, bucket, key and query, from 1. */
  readonly nth: number;
  /** Among all requests, from 1. */
  readonly index: number;
}

/** What the proxy does with a request instead of passing it on and back. */
export type Fault =
  /** The connection ends: before the server heard of the request, or after it acted and before its answer is told. */
  | { readonly type: 'cut'; readonly when: 'before' | 'after' }
  /** The answer's head comes, and so many bytes of its body; then the connection ends. */
  | { readonly type: 'cut-body'; readonly afterBytes: number }
  /** The proxy answers in the server's stead, in S3's form; a HEAD has the status alone. */
  | { readonly type: 'answer'; readonly status: number; readonly code: string }
  /** Bodies pass at this pace, in both directions. */
  | { readonly type: 'slow'; readonly bytesPerSecond: number }
  /** Nobody answers, and the connection stays. */
  | { readonly type: 'hang' }
  /** Something of the test's happens at this point, such as a kill; then the connection ends. */
  | { readonly type: 'call'; readonly when: 'before' | 'after'; readonly call: () => void };

/** Decides about each request; undefined passes it on. */
export type Rule = (request: ProxiedRequest) => Fault | undefined;

/** Which requests a rule is about; what is left out fits all. */
export interface Which {
  readonly verb?: string;
  readonly bucket?: string;
  readonly key?: RegExp;
  readonly nth?: number;
}

/** The fault for the requests that fit. */
export function on(which: Which, fault: Fault): Rule {
  return (request) => (fits(request, which) ? fault : undefined);
}

/** The fault for the first so many requests that fit, whatever they are. */
export function first(count: number, which: Which, fault: Fault): Rule {
  let left = count;
  return (request) => (fits(request, which) && left-- > 0 ? fault : undefined);
}

/** The fault for requests from this one on. */
export function since(index: number, fault: Fault): Rule {
  return (request) => (request.index >= index ? fault : undefined);
}

/** The fault for each request with a probability; the same seed chooses the same ones of a sequence. */
export function seeded(probability: number, seed: number, which: Which, fault: Fault): Rule {
  const random = mulberry32(seed);
  return (request) => (fits(request, which) && random() < probability ? fault : undefined);
}

export const SLOW_DOWN = { type: 'answer', status: 503, code: 'SlowDown' } as const;
export const THROTTLED = { type: 'answer', status: 429, code: 'TooManyRequests' } as const;
export const EXPIRED = { type: 'answer', status: 400, code: 'ExpiredToken' } as const;
export const SKEWED = { type: 'answer', status: 403, code: 'RequestTimeTooSkewed' } as const;

function fits(request: ProxiedRequest, { verb, bucket, key, nth }: Which): boolean {
  return (
    (verb === undefined || verb === request.verb) &&
    (bucket === undefined || bucket === request.bucket) &&
    (key === undefined || key.test(request.key)) &&
    (nth === undefined || nth === request.nth)
  );
}

/** A small generator of numbers from 0 to 1. Source: Tommy Ettinger's mulberry32, in the public domain. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
