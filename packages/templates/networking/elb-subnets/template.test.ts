import { BlockList } from 'node:net';
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { type Rendered, type RenderOptions, render, type Template } from '@bitclouded/kit';
import fc from 'fast-check';
import natGatewaySubnets from '../nat-gateway-subnets/template.ts';
import natSubnets from '../nat-subnets/template.ts';
import privateSubnets from '../private-subnets/template.ts';
import publicOutSubnets from '../public-out-subnets/template.ts';
import template from './template.ts';

const VPC = {
  VpcId: 'vpc-1',
  VpcCidr: '10.8.0.0/16',
  VpcIpv6Cidr: '2600:1:2:300::/56',
  SubnetBits: '11',
  Zone1: 'eu-west-1a',
  Zone2: 'eu-west-1b',
};
const REQUIRED = { ...VPC, PublicRouteTable: 'rtb-0', NatRouteTables: 'rtb-1,rtb-2' };
const THREE = { Zone3: 'eu-west-1c', NatRouteTables: 'rtb-1,rtb-2,rtb-3' };

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = {}): Rendered {
  return render(template, { ...options, parameters: { ...REQUIRED, ...parameters } });
}

describe('the subnets', () => {
  test('of load balancers are public, those of servers go out by the NAT of their zone', () => {
    const { resources, outputs } = rendered(THREE);
    for (const [index, zone] of ['Zone1', 'Zone2', 'Zone3'].entries()) {
      expect(resources[`${zone}ElbSubnet`]!.Properties).toMatchObject({
        AvailabilityZone: `eu-west-1${'abc'[index]}`,
        CidrBlock: `10.8.${96 + 8 * index}.0/21`,
        AssignIpv6AddressOnCreation: false,
        MapPublicIpOnLaunch: false,
      });
      expect(resources[`${zone}ElbSubnetRoutes`]!.Properties.RouteTableId).toBe('rtb-0');
      expect(resources[`${zone}ServerSubnet`]!.Properties).toMatchObject({
        AvailabilityZone: `eu-west-1${'abc'[index]}`,
        CidrBlock: `10.8.${160 + 8 * index}.0/21`,
        AssignIpv6AddressOnCreation: true,
        MapPublicIpOnLaunch: false,
      });
      expect(resources[`${zone}ServerSubnetRoutes`]!.Properties.RouteTableId).toBe(`rtb-${index + 1}`);
    }
    expect(outputs).toEqual({
      ElbSubnets: '${Zone1ElbSubnet},${Zone2ElbSubnet},${Zone3ElbSubnet}',
      ServerSubnets: '${Zone1ServerSubnet},${Zone2ServerSubnet},${Zone3ServerSubnet}',
    });
    expect(rendered().outputs.ServerSubnets).toBe('${Zone1ServerSubnet},${Zone2ServerSubnet}');
  });

  test('of a third zone are added without a change to what there is', () => {
    const { changes } = fullDiff(
      { Resources: rendered().resources },
      { Resources: rendered(THREE).resources },
    ).resources;
    expect(Object.entries(changes).map(([id, { changeImpact }]) => [id.slice(0, 5), changeImpact])).toEqual(
      Array(6).fill(['Zone3', ResourceImpact.WILL_CREATE]),
    );
  });

  test.each(['aws', 'aws-cn', 'aws-us-gov'] as const)('are the same in the partition %s', (partition) => {
    expect(rendered({}, { partition }).resources).toEqual(rendered().resources);
  });
});

/** The whole network: this template, those that it stands on, and the databases beside it. */
const network: readonly (readonly [Template, Record<string, string>])[] = [
  [publicOutSubnets, { InternetGatewayId: 'igw-1' }],
  [natGatewaySubnets, { PublicRouteTable: 'rtb-0' }],
  [natSubnets, { EgressOnlyGatewayId: 'eigw-1', NatGatewaySubnets: 'subnet-1,subnet-2,subnet-3' }],
  [template, { PublicRouteTable: 'rtb-0', NatRouteTables: 'rtb-1,rtb-2,rtb-3' }],
  [privateSubnets, {}],
];
const resourcesOf = (vpc: Record<string, string>) =>
  network.flatMap(([one, wires]) => Object.entries(render(one, { parameters: { ...vpc, ...wires } }).resources));

function rangesOf(vpc: Record<string, string>, property: 'CidrBlock' | 'Ipv6CidrBlock'): BlockList[] {
  return resourcesOf(vpc)
    .filter(([, { Type }]) => Type === 'AWS::EC2::Subnet')
    .map(([, { Properties }]) => blockOf(String(Properties[property])));
}

const blocks = new Map<string, BlockList>();

function blockOf(range: string): BlockList {
  const known = blocks.get(range);
  if (known) return known;
  const [address = '', prefix] = range.split('/');
  const block = new BlockList();
  block.addSubnet(address, Number(prefix), address.includes(':') ? 'ipv6' : 'ipv4');
  blocks.set(range, block);
  return block;
}

/** The n-th of 32 slots begins here; an address within it, past what Amazon keeps for itself. */
const inSlot = (slot: number, host = 10) => ({
  ipv4: `10.8.${slot * 8}.${host}`,
  ipv6: `2600:1:2:3${slot.toString(16).padStart(2, '0')}::${host}`,
});

test('no two subnets of the network share an address, in VPCs of every size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 22 }), fc.nat(3), fc.nat(255), (prefix, fewer, octet) => {
      const bits = Math.max(5, 27 - prefix - fewer);
      const vpc = {
        ...VPC,
        Zone3: 'eu-west-1c',
        VpcCidr: `10.${octet}.0.0/${prefix}`,
        VpcIpv6Cidr: `2600:1:2:${octet.toString(16)}00::/56`,
        SubnetBits: String(bits),
      };
      for (const property of ['CidrBlock', 'Ipv6CidrBlock'] as const) {
        const ranges = rangesOf(vpc, property);
        expect(ranges).toHaveLength(18);
        // Ranges of one size overlap only where they are one and the same.
        expect(new Set(ranges.map(({ rules }) => rules.join())).size).toBe(18);
      }
    }),
    { numRuns: 10 },
  );
});

describe('the network ACLs together', () => {
  interface Entry {
    readonly NetworkAclId: string;
    readonly Egress: boolean;
    readonly RuleNumber: number;
    readonly Protocol: number;
    readonly PortRange?: { readonly From: number; readonly To: number };
    readonly CidrBlock?: string;
    readonly Ipv6CidrBlock?: string;
    readonly RuleAction: string;
  }
  const entries = resourcesOf({ ...VPC, Zone3: 'eu-west-1c' })
    .filter(([, { Type }]) => Type === 'AWS::EC2::NetworkAclEntry')
    .map(([, { Properties }]) => Properties as unknown as Entry);

  /** What EC2 does with a packet of TCP: the first entry that fits decides, and none is no. */
  function passes(acl: string | undefined, egress: boolean, peer: string, port: number): boolean {
    if (acl === undefined) return true;
    const family = peer.includes(':') ? 'ipv6' : 'ipv4';
    const first = entries
      .filter((entry) => entry.NetworkAclId === `\${${acl}}` && entry.Egress === egress && entry.Protocol === 6)
      .sort((one, other) => one.RuleNumber - other.RuleNumber)
      .find(({ CidrBlock, Ipv6CidrBlock, PortRange }) => {
        const range = family === 'ipv4' ? CidrBlock : Ipv6CidrBlock;
        return (
          range !== undefined && PortRange!.From <= port && port <= PortRange!.To && blockOf(range).check(peer, family)
        );
      });
    return first?.RuleAction === 'allow';
  }

  interface Place {
    readonly acl?: string;
    readonly ipv4: string;
    readonly ipv6: string;
  }
  /** In each tier the first zone, and by `far` another one. */
  const places: Readonly<Record<string, Place>> = {
    internet: { ipv4: '203.0.113.9', ipv6: '2001:db8::9' },
    publicOut: { acl: 'PublicAcl', ...inSlot(0) },
    natGateway: { acl: 'NatGatewayAcl', ...inSlot(8) },
    elb: { acl: 'ElbAcl', ...inSlot(12) },
    private: { acl: 'PrivateAcl', ...inSlot(16) },
    privateFar: { acl: 'PrivateAcl', ...inSlot(18) },
    server: { acl: 'ServerAcl', ...inSlot(20) },
    serverFar: { acl: 'ServerAcl', ...inSlot(22) },
    nat: { acl: 'NatAcl', ...inSlot(24) },
    natFar: { acl: 'NatAcl', ...inSlot(26) },
  };

  /** Whether a connection stands: the request leaves and arrives, the answers too. */
  function connects(from: string, to: string, port: number, family: 'ipv4' | 'ipv6', clientPort = 40_000): boolean {
    const [client, server] = [places[from]!, places[to]!];
    return (
      passes(client.acl, true, server[family], port) &&
      passes(server.acl, false, client[family], port) &&
      passes(server.acl, true, client[family], clientPort) &&
      passes(client.acl, false, server[family], clientPort)
    );
  }
  const families = ['ipv4', 'ipv6'] as const;

  test.each([
    ['internet', 'elb', [80, 443]],
    ['elb', 'server', [80, 443, 3000, 8080, 65535]],
    ['server', 'serverFar', [443, 2049, 8080]],
    ['server', 'private', [443, 3306, 5432, 6379, 27017]],
    ['nat', 'private', [443, 3306, 5432, 6379, 27017]],
    ['nat', 'server', [443, 2049, 8080]],
    ['server', 'nat', [443, 8200]],
    ['nat', 'natFar', [8201]],
    ['private', 'privateFar', [443, 9300, 16379]],
    ['server', 'elb', [80, 443]],
    ['server', 'internet', [80, 443, 587]],
    ['nat', 'internet', [80, 443, 587]],
    ['natGateway', 'internet', [80, 443, 587]],
    ['publicOut', 'internet', [80, 443, 587]],
    ['publicOut', 'server', [8080]],
  ])('let %s reach %s', (from, to, ports) => {
    for (const port of ports)
      for (const family of families)
        expect([port, family, connects(from, to, port, family)]).toEqual([port, family, true]);
  });

  test.each([
    ['internet', 'elb', [22, 3389, 8080]],
    ['internet', 'server', [22, 80, 443, 8080, 5432]],
    ['internet', 'nat', [22, 443, 8200]],
    ['internet', 'natGateway', [22, 443, 8080]],
    ['internet', 'private', [443, 5432]],
    ['internet', 'publicOut', [22, 80, 443, 8080]],
    ['elb', 'private', [443, 5432, 6379]],
    ['elb', 'internet', [80, 443]],
    ['elb', 'nat', [443, 8200]],
    ['publicOut', 'private', [443, 5432]],
    ['natGateway', 'private', [443, 5432]],
    ['private', 'internet', [80, 443, 5432]],
    ['private', 'elb', [80, 443]],
    ['server', 'private', [22, 80]],
    ['server', 'internet', [22, 25, 5432, 8443]],
    ['nat', 'internet', [22, 25, 5432, 8443]],
  ])('keep %s from %s', (from, to, ports) => {
    for (const port of ports)
      for (const family of families)
        expect([port, family, connects(from, to, port, family)]).toEqual([port, family, false]);
  });

  test.each(['server', 'nat'])('let what %s sends through the NAT gateway in and its answers back', (tier) => {
    const { ipv4 } = places[tier]!;
    for (const port of [80, 443, 587]) expect(passes('NatGatewayAcl', false, ipv4, port)).toBe(true);
    for (const port of [22, 25, 993]) expect(passes('NatGatewayAcl', false, ipv4, port)).toBe(false);
    for (const port of [1024, 40_000, 65_535]) {
      // The source of an answer is the internet's address when it arrives at the server.
      expect(passes('NatGatewayAcl', true, ipv4, port)).toBe(true);
      expect(passes(places[tier]!.acl, false, '203.0.113.9', port)).toBe(true);
    }
  });

  test('number each entry once, and stay within the 20 rules that an ACL has without an increase of the quota', () => {
    const counts = Map.groupBy(entries, ({ NetworkAclId, Egress }) => `${NetworkAclId} ${Egress}`);
    expect(counts.size).toBe(12);
    for (const [acl, { length }] of counts) expect([acl, length <= 18]).toEqual([acl, true]);
    for (const [acl, rules] of counts)
      expect([acl, new Set(rules.map(({ RuleNumber }) => RuleNumber)).size]).toEqual([acl, rules.length]);
  });
});
