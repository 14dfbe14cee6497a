import {
  type CfnNetworkAcl,
  CfnSubnet,
  CfnSubnetNetworkAclAssociation,
  CfnSubnetRouteTableAssociation,
} from 'aws-cdk-lib/aws-ec2';
import type { Value } from '../definition/kinds.ts';
import type { Zone } from './per-zone.ts';
import { type SubnetTier, subnetRanges, type VpcRanges } from './subnet-slots.ts';

export interface TierSubnetOptions {
  readonly tier: SubnetTier;
  readonly routeTableId: Value<'routeTableId'>;
  readonly acl: CfnNetworkAcl;
  /** Gives IPv6 addresses out: only behind an egress-only gateway, or whoever knows one gets in. */
  readonly assignIpv6?: boolean;
}

/**
 * A tier's subnet in a zone, with its routes and its network ACL; made within `perZone`. It gives out no public IPv4
 * address. Logical ids, behind the zone's: `<id>`, `<id>Routes`, `<id>Acl`.
 */
export function tierSubnet(
  { scope, ...zone }: Zone,
  id: string,
  vpc: VpcRanges & { readonly VpcId: Value<'vpcId'> },
  { tier, routeTableId, acl, assignIpv6 = false }: TierSubnetOptions,
): CfnSubnet {
  const subnet = new CfnSubnet(scope, id, {
    vpcId: vpc.VpcId,
    availabilityZone: zone.name,
    ...subnetRanges(vpc, tier, zone),
    mapPublicIpOnLaunch: false,
    assignIpv6AddressOnCreation: assignIpv6,
  });
  new CfnSubnetRouteTableAssociation(scope, `${id}Routes`, { subnetId: subnet.ref, routeTableId });
  new CfnSubnetNetworkAclAssociation(scope, `${id}Acl`, { subnetId: subnet.ref, networkAclId: acl.ref });
  return subnet;
}
