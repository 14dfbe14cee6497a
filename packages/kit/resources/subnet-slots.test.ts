import { CfnSubnet } from 'aws-cdk-lib/aws-ec2';
import fc from 'fast-check';
import { output } from '../definition/output.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';
import { KitError } from '../kit-error.ts';
import { render } from '../rendering/render.ts';
import { SUBNET_BITS, SUBNET_SLOTS, type SubnetTier, subnetRanges, tierRanges } from './subnet-slots.ts';

const tiers = Object.keys(SUBNET_SLOTS) as SubnetTier[];

/** Every subnet that the table has room for, and beside each tier a resource with the tier's own ranges. */
const everything = defineTemplate({
  name: 'test/everything',
  summary: 'All slots',
  parameters: {
    VpcCidr: param.cidr({ description: 'IPv4 range' }),
    VpcIpv6Cidr: { kind: 'ipv6Cidr', mayBeEmpty: false, description: 'IPv6 range' },
    SubnetBits: param.count({ description: 'Bits', default: '11', ...SUBNET_BITS }),
  },
  outputs: { Last: output.text('The last tier') },
  build({ scope, params }) {
    for (const tier of tiers) {
      for (const index of [0, 1, 2])
        new CfnSubnet(scope, `${tier}${index}`, { vpcId: 'vpc-1', ...subnetRanges(params, tier, { index }) });
      new CfnSubnet(scope, tier, { vpcId: 'vpc-1', ...tierRanges(params, tier) });
    }
    return { Last: tiers.at(-1)! };
  },
});

interface Span {
  readonly id: string;
  readonly from: bigint;
  /** Exclusive. */
  readonly to: bigint;
}

function ipv4(id: string, range: string): Span {
  const [address = '', prefix] = range.split('/');
  const from = address.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
  return { id, from, to: from + (1n << BigInt(32 - Number(prefix))) };
}

/** Of a range whose last 64 bits are open. */
function ipv6(id: string, range: string): Span {
  const [address = '', prefix] = range.split('/');
  const groups = address.replace(/::$/, '').split(':');
  const from = [...groups, ...Array<string>(4).fill('0')]
    .slice(0, 4)
    .reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
  return { id, from, to: from + (1n << BigInt(64 - Number(prefix))) };
}

const covers = (outer: Span, inner: Span) => outer.from <= inner.from && inner.to <= outer.to;
const overlap = (one: Span, other: Span) => one.from < other.to && other.from < one.to;

/** VPCs of every size, with every SubnetBits that has room in them. */
const vpcs = fc
  .record({ prefix: fc.integer({ min: 16, max: 22 }), second: fc.nat(255), third: fc.nat(255), site: fc.nat(0xffffff) })
  .chain(({ prefix, second, third, site }) =>
    fc.record({
      VpcCidr: fc.constant(`10.${second}.${prefix > 16 ? third & (0x100 - 2 ** (24 - prefix)) : 0}.0/${prefix}`),
      VpcIpv6Cidr: fc.constant(`2600:${(site >> 8).toString(16)}:1:${(site & 0xff).toString(16)}00::/56`),
      SubnetBits: fc.integer({ min: 5, max: 27 - prefix }).map(String),
    }),
  );

test('no subnet overlaps another, and each tier’s range holds its own subnets alone, in VPCs of every size', () => {
  fc.assert(
    fc.property(vpcs, (parameters) => {
      const { resources } = render(everything, { parameters });
      for (const [property, spanOf, whole] of [
        ['CidrBlock', ipv4, ipv4('vpc', parameters.VpcCidr)],
        ['Ipv6CidrBlock', ipv6, ipv6('vpc', parameters.VpcIpv6Cidr)],
      ] as const) {
        const spans = Object.entries(resources).map(([id, { Properties }]) => spanOf(id, String(Properties[property])));
        const subnets = spans.filter(({ id }) => /\d$/.test(id));
        expect(subnets).toHaveLength(tiers.length * 3);
        for (const span of spans) expect(covers(whole, span)).toBe(true);
        for (const [index, one] of subnets.entries())
          for (const other of subnets.slice(index + 1))
            expect([one.id, other.id, overlap(one, other)]).toContain(false);
        for (const tier of spans.filter(({ id }) => !/\d$/.test(id)))
          for (const subnet of subnets)
            expect([subnet.id, (subnet.id.startsWith(tier.id) ? covers : overlap)(tier, subnet)]).toEqual([
              subnet.id,
              subnet.id.slice(0, -1) === tier.id,
            ]);
      }
    }),
    { numRuns: 40 },
  );
});

test('a tier begins at a multiple of four slots, so that it is one range, and ends within the table', () => {
  for (const slot of Object.values(SUBNET_SLOTS)) expect([slot % 4, slot + 4 <= 32]).toEqual([0, true]);
  expect(new Set(Object.values(SUBNET_SLOTS)).size).toBe(tiers.length);
});

test('no tier moves: its subnets would be replaced', () => {
  expect(SUBNET_SLOTS).toMatchObject({
    publicOut: 0,
    publicInOut: 4,
    natGateway: 8,
    elb: 12,
    private: 16,
    server: 20,
    nat: 24,
  });
});

test('a VPC without room for the subnets is refused', () => {
  const parameters = { VpcCidr: '10.0.0.0/20', VpcIpv6Cidr: '2600:1:1:100::/56', SubnetBits: '11' };
  expect(() => render(everything, { parameters })).toThrow(KitError);
  expect(() => render(everything, { parameters })).toThrow(/parameter-invalid\n {2}received {2}10\.0\.0\.0\/20/);
});
