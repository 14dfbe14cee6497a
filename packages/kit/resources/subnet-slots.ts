import { Fn, Tokenization } from 'aws-cdk-lib';
import type { Value } from '../definition/kinds.ts';
import type { Zone } from './per-zone.ts';

/**
 * Where each tier of subnets lies in a VPC: its first slot of 32 equal ones; each tier has four, for three zones and
 * one in reserve. The one table that every template of subnets cuts by, so that none takes another's range. A tier
 * never moves: its subnets would be replaced.
 */
export const SUBNET_SLOTS = {
  publicOut: 0,
  publicInOut: 4,
  natGateway: 8,
  elb: 12,
  private: 16,
  server: 20,
  nat: 24,
} as const;
export type SubnetTier = keyof typeof SUBNET_SLOTS;

/** Slots of a VPC's IPv4 range. */
const SLOTS = 32;
/** Slots of a tier. It begins at a multiple of them, so that they are one range. */
const TIER_SLOTS = 4;
const TIER_BITS = 2;
/** A VPC's range from Amazon is a /56, a subnet's a /64. Source: VPC User Guide, "VPC CIDR blocks", "Subnet sizing". */
const IPV6_SUBNETS = 256;
const IPV6_BITS = 64;
/**
 * What `SubnetBits` may be. The most are those of a /16, the largest VPC; a load balancer needs a /27 at least.
 * Sources: VPC User Guide, "VPC CIDR blocks"; User Guide for Application Load Balancers, "Subnets for your load balancer".
 */
export const SUBNET_BITS = { minimum: 5, maximum: 11 } as const;

/** The ranges of a VPC, as it passes them on. */
export interface VpcRanges {
  readonly VpcCidr: Value<'cidr'>;
  readonly VpcIpv6Cidr: Value<'ipv6Cidr'>;
  /** Bits of an address within one slot: 11 in a /16, whose slots are then /21. */
  readonly SubnetBits: Value<'count'>;
}

/** A range in each family, as the properties of a subnet name them. */
export interface BothRanges {
  readonly cidrBlock: string;
  readonly ipv6CidrBlock: string;
}

/** The ranges of a tier's subnet in a zone. Source of `Fn::Cidr`: CloudFormation User Guide, "Fn::Cidr". */
export function subnetRanges(
  { VpcCidr, VpcIpv6Cidr, SubnetBits }: VpcRanges,
  tier: SubnetTier,
  { index }: Pick<Zone, 'index'>,
): BothRanges {
  const slot = SUBNET_SLOTS[tier] + index;
  return {
    cidrBlock: Fn.select(slot, Fn.cidr(VpcCidr, SLOTS, Tokenization.stringifyNumber(SubnetBits))),
    ipv6CidrBlock: Fn.select(slot, Fn.cidr(VpcIpv6Cidr, IPV6_SUBNETS, String(IPV6_BITS))),
  };
}

/** The ranges that hold the subnets of a tier in all zones, and nothing else: what network ACLs name as a peer. */
export function tierRanges({ VpcCidr, VpcIpv6Cidr, SubnetBits }: VpcRanges, tier: SubnetTier): BothRanges {
  const place = SUBNET_SLOTS[tier] / TIER_SLOTS;
  // CloudFormation does not add: the sum stands at its place in a list.
  const sums = Array.from({ length: SUBNET_BITS.maximum + 1 }, (_, bits) => String(bits + TIER_BITS));
  return {
    cidrBlock: Fn.select(place, Fn.cidr(VpcCidr, SLOTS / TIER_SLOTS, Fn.select(SubnetBits, sums))),
    ipv6CidrBlock: Fn.select(place, Fn.cidr(VpcIpv6Cidr, IPV6_SUBNETS / TIER_SLOTS, String(IPV6_BITS + TIER_BITS))),
  };
}
