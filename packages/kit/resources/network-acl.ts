import { CfnNetworkAcl, CfnNetworkAclEntry, type CfnNetworkAclEntryProps } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Value } from '../definition/kinds.ts';
import { KitError } from '../kit-error.ts';
import { type BothRanges, type SubnetTier, tierRanges, type VpcRanges } from './subnet-slots.ts';

/** The ports at which clients await their answers. Source: VPC User Guide, "Custom network ACLs", Ephemeral ports. */
export const EPHEMERAL = [1024, 65535] as const;
export const ALL_PORTS = [0, 65535] as const;

/** TCP that a network ACL lets through, over IPv4 and IPv6. */
export interface Flow {
  /**
   * Its rule number, that of IPv4; IPv6 has the next one. From 100 to 899, by tens. Changing it replaces the entries,
   * so flows are added at the end and never renumbered.
   */
  readonly rule: number;
  /** One port, or the first and the last of a range. */
  readonly ports: number | readonly [from: number, to: number];
  /** The other end. */
  readonly peer: SubnetTier | 'vpc' | 'anywhere';
}

/** Flows by name; the name becomes part of their entries' logical ids. */
export type Flows = Readonly<Record<string, Flow>>;

/** What servers go out for, the first flows out of every tier on their way: APIs and images, mirrors, mail submission. */
export const OUTWARD = {
  Https: { rule: 100, ports: 443, peer: 'anywhere' },
  Http: { rule: 110, ports: 80, peer: 'anywhere' },
  Mail: { rule: 120, ports: 587, peer: 'anywhere' },
} as const satisfies Flows;

const ANYWHERE: BothRanges = { cidrBlock: '0.0.0.0/0', ipv6CidrBlock: '::/0' };
const TCP = 6;

/**
 * "This packet is too big for the way": without the answer, connections between networks of different MTU hang.
 * Numbers of protocol, type and code. Source: EC2 User Guide, "Path MTU Discovery".
 */
const TOO_BIG = {
  ipv4: { protocol: 1, icmp: { type: 3, code: 4 } },
  ipv6: { protocol: 58, icmp: { type: 2, code: 0 } },
};
const TOO_BIG_RULE = 900;

/**
 * An ACL has 20 rules a direction: two for each flow and for what is too big, and the two that Amazon ends it with.
 * Source: VPC User Guide, "Amazon VPC quotas", Network ACLs.
 */
const MAXIMUM_FLOWS = 8;

/**
 * A network ACL with its entries: what it does not name is shut. ACLs know no connections: the answers to a flow are a
 * flow of the other direction. What Amazon serves within a VPC (DNS, time, metadata) passes every ACL.
 * Logical ids: `<id>`, `<id>In<flow>`, `<id>In<flow>Ipv6`, `<id>Out<flow>`, …
 * Sources: VPC User Guide, "Network ACL basics", "Custom network ACLs for your VPC".
 * @throws KitError `limit-exceeded` with each direction that has more flows than an account's quota lets in
 */
export function networkAcl(
  scope: Construct,
  id: string,
  vpc: VpcRanges & { readonly VpcId: Value<'vpcId'> },
  flows: { readonly in: Flows; readonly out: Flows },
): CfnNetworkAcl {
  checkQuota(id, flows);
  const acl = new CfnNetworkAcl(scope, id, { vpcId: vpc.VpcId });
  for (const egress of [false, true]) {
    const prefix = `${id}${egress ? 'Out' : 'In'}`;
    const common = { networkAclId: acl.ref, egress, ruleAction: 'allow' };
    const pair = (name: string, rule: number, peer: BothRanges, ipv4: Traffic, ipv6: Traffic): void => {
      const { cidrBlock, ipv6CidrBlock } = peer;
      new CfnNetworkAclEntry(scope, `${prefix}${name}`, { ...common, ruleNumber: rule, ...ipv4, cidrBlock });
      new CfnNetworkAclEntry(scope, `${prefix}${name}Ipv6`, {
        ...common,
        ruleNumber: rule + 1,
        ...ipv6,
        ipv6CidrBlock,
      });
    };
    for (const [name, { rule, ports, peer }] of Object.entries(egress ? flows.out : flows.in)) {
      const [from, to] = typeof ports === 'number' ? [ports, ports] : ports;
      const tcp = { protocol: TCP, portRange: { from, to } };
      pair(name, rule, rangesOf(vpc, peer), tcp, tcp);
    }
    pair('TooBig', TOO_BIG_RULE, ANYWHERE, TOO_BIG.ipv4, TOO_BIG.ipv6);
  }
  return acl;
}

function checkQuota(id: string, flows: { readonly in: Flows; readonly out: Flows }): void {
  const over = (['in', 'out'] as const).filter((direction) => Object.keys(flows[direction]).length > MAXIMUM_FLOWS);
  if (over.length === 0) return;
  throw new KitError(
    over.map((direction) => ({
      code: 'limit-exceeded',
      where: `network ACL ${id}, ${direction}`,
      received: `${Object.keys(flows[direction]).length} flows`,
      expected: `at most ${MAXIMUM_FLOWS}`,
      remedy: 'join flows of neighbouring ports, or name a wider peer',
    })),
  );
}

type Traffic = Pick<CfnNetworkAclEntryProps, 'protocol' | 'portRange' | 'icmp'>;

function rangesOf(vpc: VpcRanges, peer: Flow['peer']): BothRanges {
  if (peer === 'anywhere') return ANYWHERE;
  if (peer === 'vpc') return { cidrBlock: vpc.VpcCidr, ipv6CidrBlock: vpc.VpcIpv6Cidr };
  return tierRanges(vpc, peer);
}
