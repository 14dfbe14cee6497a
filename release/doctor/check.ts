import type { AwsHost } from '@bitclouded/documents';
import type { Reader } from '../destinations/destination.ts';
import type { AwsClients } from '../host/aws-clients.ts';

/** ok: it works; warning: it works, and somebody should look; fails: something would fail. */
export type Grade = 'ok' | 'warning' | 'fails';

/** What a check found in one place. */
export interface Finding {
  readonly grade: Grade;
  /** The region, bucket, role or address. */
  readonly where: string;
  readonly received: string;
  /** What would be right, and what to do; absent where all is well. */
  readonly expected?: string;
  readonly remedy?: string;
}

/** What checks look at the host with. */
export interface DoctorContext {
  readonly host: AwsHost;
  readonly clients: Omit<AwsClients, 'destroy'>;
  /** The host with the caller's credentials, and as strangers read it. */
  readonly signed: Pick<Reader, 'name' | 'read'>;
  readonly anonymous: Pick<Reader, 'name' | 'read'>;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  /** Whether checks may try writes that the host must refuse. */
  readonly writeProbe: boolean;
  readonly signal: AbortSignal;
}

/** One thing that is looked at: a file in `checks` each. */
export interface Check {
  /** In kebab-case, as its file. */
  readonly name: string;
  /** It may throw what a service says: that is a finding too. */
  run(context: DoctorContext): Promise<readonly Finding[]>;
}

export function ok(where: string, received: string): Finding {
  return { grade: 'ok', where, received };
}

export function warning(where: string, received: string, expected: string, remedy: string): Finding {
  return { grade: 'warning', where, received, expected, remedy };
}

export function fails(where: string, received: string, expected: string, remedy: string): Finding {
  return { grade: 'fails', where, received, expected, remedy };
}
