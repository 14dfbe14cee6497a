import {
  DocumentError,
  type DocumentKind,
  type DocumentOf,
  type Fault,
  type FaultError,
  type Host,
  parseDocument,
} from '@bitclouded/documents';
import type { Digest, Reader } from '../destinations/destination.ts';
import { isHostFailure, ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import type { Emit } from '../release-event.ts';

/** What verification finds, besides the codes of documents that cannot be read. */
export type VerificationFaultCode =
  | ReleaseErrorCode
  | DocumentError['code']
  | 'alias-behind'
  | 'alias-differs'
  | 'alias-missing'
  | 'claim-differs'
  | 'claim-missing'
  | 'code-misplaced'
  | 'index-missing'
  | 'index-old'
  | 'index-rewritten'
  | 'object-corrupt'
  | 'object-missing'
  | 'object-stray'
  | 'object-swapped'
  | 'object-wrong-size'
  | 'version-missing'
  | 'version-stray';

/** It stands there and cannot be read; the fault is noted already. */
export type Unreadable = 'unreadable';

/** Reads a host and gathers what is wrong. An object that cannot be read is a fault; a host that fails is an error. */
export class Inspection {
  readonly faults: Fault<VerificationFaultCode>[] = [];
  readonly notices: string[] = [];
  objectsRead = 0;
  bytesRead = 0;
  readonly host: Host;
  readonly reader: Reader;
  readonly signal: AbortSignal;
  readonly #emit: Emit;
  readonly #digests = new Map<string, Promise<Digest | Unreadable | undefined>>();
  readonly #keys = new Map<string, Promise<readonly string[] | undefined>>();

  constructor(host: Host, reader: Reader, signal: AbortSignal, emit: Emit) {
    this.host = host;
    this.reader = reader;
    this.signal = signal;
    this.#emit = emit;
  }

  fault(code: VerificationFaultCode, where: string, received: string, expected: string, remedy: string): void {
    this.faults.push({ code, where, received, expected, remedy });
  }

  notice(text: string): void {
    this.notices.push(text);
  }

  /** How faults name an object. */
  at(region: string, key: string): string {
    return this.host.regions.length === 1 ? key : `${region}: ${key}`;
  }

  /** Reads an object whole. @returns undefined where there is none */
  async bytes(region: string, key: string): Promise<Uint8Array | Unreadable | undefined> {
    const stored = await this.#noted(() => this.reader.read(region, key, this.signal));
    if (stored === undefined || stored === 'unreadable') return stored;
    this.#count(region, key, stored.bytes.byteLength);
    return stored.bytes;
  }

  /** Reads and hashes an object; the second time it is remembered. */
  digest(region: string, key: string): Promise<Digest | Unreadable | undefined> {
    const id = `${region}:${key}`;
    const known = this.#digests.get(id) ?? this.#digestOf(region, key);
    this.#digests.set(id, known);
    return known;
  }

  /** Reads a document, and notes what is wrong with it. */
  async document<K extends DocumentKind>(
    kind: K,
    region: string,
    key: string,
  ): Promise<DocumentOf<K> | Unreadable | undefined> {
    const bytes = await this.bytes(region, key);
    if (bytes === undefined || bytes === 'unreadable') return bytes;
    return this.#noted(async () => parseDocument(kind, bytes, this.at(region, key)));
  }

  /** Every key of a region, where the host can be listed. */
  keys(region: string): Promise<readonly string[] | undefined> {
    const known = this.#keys.get(region) ?? this.#listed(region);
    this.#keys.set(region, known);
    return known;
  }

  /** Runs `work`; what it says about an object or a document becomes faults. */
  async #noted<T>(work: () => Promise<T>): Promise<T | Unreadable> {
    try {
      return await work();
    } catch (cause) {
      if (!isAboutContent(cause)) throw cause;
      this.faults.push(...cause.faults);
      return 'unreadable';
    }
  }

  async #digestOf(region: string, key: string): Promise<Digest | Unreadable | undefined> {
    const digest = await this.#noted(() => this.reader.digest(region, key, this.signal));
    if (digest !== undefined && digest !== 'unreadable') this.#count(region, key, digest.sizeBytes);
    return digest;
  }

  #count(region: string, key: string, sizeBytes: number): void {
    this.objectsRead++;
    this.bytesRead += sizeBytes;
    this.#emit({ type: 'object-read', region, key, sizeBytes });
  }

  async #listed(region: string): Promise<readonly string[] | undefined> {
    if (this.reader.list === undefined) return undefined;
    const keys = await this.#noted(() => this.reader.list!(region, this.signal));
    if (keys === undefined) this.notice(`${region} cannot be listed: objects that no release names are not looked for`);
    return keys === 'unreadable' ? undefined : keys;
  }
}

/** An error that says what stands on the host, not that the host cannot be reached. */
export function isAboutContent(cause: unknown): cause is FaultError<ReleaseErrorCode | DocumentError['code']> {
  return cause instanceof DocumentError || (cause instanceof ReleaseError && !isHostFailure(cause));
}
