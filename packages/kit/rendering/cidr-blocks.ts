import { isIPv4, isIPv6 } from 'node:net';

const LENGTH = { 4: 32, 6: 128 } as const;
type Family = keyof typeof LENGTH;

/**
 * The first `count` subnets of an IPv4 or IPv6 range, each with `bits` host bits; undefined where the range is none, or
 * has not as many. Source: CloudFormation User Guide, "Fn::Cidr".
 */
export function cidrBlocks(range: string, count: number, bits: number): string[] | undefined {
  const [address = '', prefix = ''] = range.split('/');
  const family = isIPv4(address) ? 4 : isIPv6(address) ? 6 : undefined;
  if (!family || !/^\d{1,3}$/.test(prefix)) return undefined;
  const hostBits = LENGTH[family] - Number(prefix);
  if (bits < 0 || hostBits < bits || 2 ** (hostBits - bits) < count || count > 256) return undefined;
  const first = (numberOf(address, family) >> BigInt(hostBits)) << BigInt(hostBits);
  return Array.from(
    { length: count },
    (_, index) => `${written(first + (BigInt(index) << BigInt(bits)), family)}/${LENGTH[family] - bits}`,
  );
}

function numberOf(address: string, family: Family): bigint {
  if (family === 4) return join(address.split('.').map(Number), 8);
  // The URL parser writes an address in one way, with no dotted end.
  const [, canonical = ''] = /^\[(.+)\]$/.exec(new URL(`http://[${address}]`).hostname) ?? [];
  const [head = '', tail] = canonical.split('::');
  const groups = (part = '') => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail)];
  return join([...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after], 16);
}

function join(parts: readonly number[], width: number): bigint {
  return parts.reduce((sum, part) => (sum << BigInt(width)) + BigInt(part), 0n);
}

function written(value: bigint, family: Family): string {
  const [parts, width] = family === 4 ? [4, 8] : [8, 16];
  const numbers = Array.from({ length: parts }, (_, index) =>
    Number(BigInt.asUintN(width, value >> BigInt(width * (parts - 1 - index)))),
  );
  if (family === 4) return numbers.join('.');
  return new URL(`http://[${numbers.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1);
}
