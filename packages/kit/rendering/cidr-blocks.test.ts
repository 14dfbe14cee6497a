import fc from 'fast-check';
import { cidrBlocks } from './cidr-blocks.ts';

function numberOf(address: string): bigint {
  if (address.includes('.')) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail] = address.split('::');
  const groups = (part = '') => part.split(':').filter(Boolean);
  const [before, after] = [groups(head), groups(tail)];
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after].reduce(
    (sum, group) => sum * 65536n + BigInt(`0x${group}`),
    0n,
  );
}

describe('cidrBlocks', () => {
  it('cuts as the documentation of Fn::Cidr shows', () => {
    expect(cidrBlocks('192.168.0.0/24', 6, 5)).toEqual([
      '192.168.0.0/27',
      '192.168.0.32/27',
      '192.168.0.64/27',
      '192.168.0.96/27',
      '192.168.0.128/27',
      '192.168.0.160/27',
    ]);
    expect(cidrBlocks('2001:db8:1:ab00::/56', 256, 64)?.filter((_, index) => [0, 1, 16, 255].includes(index))).toEqual([
      '2001:db8:1:ab00::/64',
      '2001:db8:1:ab01::/64',
      '2001:db8:1:ab10::/64',
      '2001:db8:1:abff::/64',
    ]);
  });

  it.each([
    { family: 'IPv4', range: fc.ipV4().map((address) => `${address}/16`), length: 32, host: 16 },
    { family: 'IPv6', range: fc.ipV6().map((address) => `${address}/56`), length: 128, host: 72 },
  ])(
    'cuts a range of $family into blocks that follow each other without a gap, within it',
    ({ range, length, host }) => {
      fc.assert(
        fc.property(
          range,
          fc.integer({ min: 1, max: 256 }),
          fc.integer({ min: 0, max: host - 8 }),
          (whole, count, bits) => {
            const blocks = cidrBlocks(whole, count, bits)!;
            expect(blocks).toHaveLength(count);
            const starts = blocks.map((block) => {
              const [address = '', prefix] = block.split('/');
              expect(Number(prefix)).toBe(length - bits);
              return numberOf(address);
            });
            const size = 1n << BigInt(bits);
            for (const [index, start] of starts.entries()) expect(start).toBe(starts[0]! + BigInt(index) * size);
            expect(starts[0]! % (1n << BigInt(host))).toBe(0n);
            expect(starts.at(-1)! + size - starts[0]!).toBeLessThanOrEqual(1n << BigInt(host));
          },
        ),
      );
    },
  );

  it.each([
    ['no range', '10.0.0.0', 1, 8],
    ['no address', '10.0.0/16', 1, 8],
    ['more blocks than fit', '10.0.0.0/24', 32, 4],
    ['blocks larger than the range', '10.0.0.0/24', 1, 9],
    ['more blocks than CloudFormation gives', '10.0.0.0/8', 257, 8],
  ])('has none for %s', (_, range, count, bits) => {
    expect(cidrBlocks(range, count, bits)).toBeUndefined();
  });
});
