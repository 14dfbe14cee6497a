import type { S3Client } from '@aws-sdk/client-s3';

/** Gives the client of a region. */
export type ClientOf = (region: string) => Promise<S3Client>;

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: Uint8Array;
  /** Of the body, lower-case hexadecimal. */
  readonly sha256?: string;
}

/** S3's answer to a request that it carried out. */
export interface S3Answer {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** To be read to its end, or destroyed. */
  readonly body: AsyncIterable<Uint8Array> & { destroy(): unknown };
}

/** How S3 is reached under one identity. */
export interface S3Access {
  readonly clientOf: ClientOf;
  /** Sends one request, and again while it is worth it. @throws S3Refusal, or what the connection or the credentials say */
  send(request: S3Request, signal: AbortSignal): Promise<S3Answer>;
}
