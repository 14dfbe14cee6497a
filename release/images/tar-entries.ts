/** A file of a tar archive; directories, links and devices have no bytes and are left out. */
export interface TarFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** The first `headBytes` of it. */
  readonly head: Buffer;
}

const BLOCK = 512;

/**
 * The regular files of a tar archive, as they come. Only the head of each is kept.
 * Source: POSIX.1-2017, "pax Interchange Format"; GNU tar manual, "Basic Tar Format", for long names.
 * @throws RangeError when the archive ends in the middle of a file, or a header is damaged
 */
export async function* tarFiles(archive: AsyncIterable<Uint8Array>, headBytes: number): AsyncGenerator<TarFile> {
  const reader = new Reader(archive);
  /** What the last extension header says about the next file. */
  let next: { path?: string; size?: number } = {};
  for (;;) {
    const header = await reader.take(BLOCK);
    // Archives end with two empty blocks; some end without.
    if (header === undefined || header.every((byte) => byte === 0)) return;
    checkSum(header);
    const sizeBytes = next.size ?? numberOf(header.subarray(124, 136));
    const padding = (BLOCK - (sizeBytes % BLOCK)) % BLOCK;
    const type = String.fromCharCode(header[156]!);
    if (type === 'L' || type === 'x') {
      const text = (await reader.must(sizeBytes)).toString();
      next = type === 'L' ? { ...next, path: textOf(Buffer.from(text)) } : { ...next, ...paxOf(text) };
      await reader.skip(padding);
      continue;
    }
    const isFile = type === '0' || type === '\0' || type === '7';
    const head = isFile ? await reader.must(Math.min(headBytes, sizeBytes)) : Buffer.alloc(0);
    await reader.skip(sizeBytes - head.byteLength + padding);
    if (isFile) yield { path: next.path ?? nameOf(header), sizeBytes, head };
    if (type !== 'g') next = {};
  }
}

/** Takes bytes from a stream in the lengths that are wanted. */
class Reader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(archive: AsyncIterable<Uint8Array>) {
    this.#chunks = archive[Symbol.asyncIterator]();
  }

  /** @returns undefined at the end of the stream */
  async take(sizeBytes: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let wanted = sizeBytes;
    while (wanted > 0) {
      if (this.#held.byteLength === 0) {
        const { done, value } = await this.#chunks.next();
        if (done) break;
        this.#held = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      }
      const part = this.#held.subarray(0, wanted);
      this.#held = this.#held.subarray(part.byteLength);
      wanted -= part.byteLength;
      parts.push(part);
    }
    if (wanted > 0 && parts.length === 0) return undefined;
    if (wanted > 0) throw new RangeError(`the archive ends ${wanted} bytes early`);
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  async must(sizeBytes: number): Promise<Buffer> {
    if (sizeBytes === 0) return Buffer.alloc(0);
    const bytes = await this.take(sizeBytes);
    if (bytes === undefined) throw new RangeError(`the archive ends ${sizeBytes} bytes early`);
    return bytes;
  }

  async skip(sizeBytes: number): Promise<void> {
    for (let left = sizeBytes; left > 0; left -= 65_536) await this.must(Math.min(left, 65_536));
  }
}

function checkSum(header: Buffer): void {
  let sum = 0;
  for (const [at, byte] of header.entries()) sum += at >= 148 && at < 156 ? 32 : byte;
  if (sum !== numberOf(header.subarray(148, 156))) throw new RangeError('a header whose checksum is wrong');
}

/** Octal digits, or with the first bit set a number in base 256. */
function numberOf(field: Buffer): number {
  if ((field[0]! & 0x80) === 0) return Number.parseInt(textOf(field).trim() || '0', 8);
  return field.subarray(1).reduce((number, byte) => number * 256 + byte, field[0]! & 0x7f);
}

function nameOf(header: Buffer): string {
  const name = textOf(header.subarray(0, 100));
  const prefix = header.subarray(257, 262).toString() === 'ustar' ? textOf(header.subarray(345, 500)) : '';
  // GNU's own format keeps times where the prefix stands.
  const isGnu = header.subarray(257, 265).toString() === 'ustar  \0';
  return prefix === '' || isGnu ? name : `${prefix}/${name}`;
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? undefined : end).toString();
}

/** `27 path=a/long/name\n…`: each record begins with its own length in bytes. */
function paxOf(text: string): { path?: string; size?: number } {
  const found: { path?: string; size?: number } = {};
  let rest = Buffer.from(text);
  while (rest.byteLength > 0) {
    const length = Number.parseInt(rest.toString('latin1', 0, 20), 10);
    if (!(length > 0)) throw new RangeError('a pax header that is damaged');
    const record = rest.subarray(0, length - 1).toString();
    const [, key, value] = /^\d+ ([^=]+)=(.*)$/s.exec(record) ?? [];
    if (key === 'path') found.path = value!;
    if (key === 'size') found.size = Number(value);
    rest = rest.subarray(length);
  }
  return found;
}
