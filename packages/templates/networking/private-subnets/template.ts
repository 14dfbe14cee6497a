import { defineTemplate, EPHEMERAL, networkAcl, output, param, SUBNET_BITS, tierSubnet } from '@bitclouded/kit';
import { CfnRouteTable } from 'aws-cdk-lib/aws-ec2';
import { CfnSubnetGroup } from 'aws-cdk-lib/aws-elasticache';
import { CfnDBSubnetGroup } from 'aws-cdk-lib/aws-rds';
import vpc from '../vpc/template.ts';

export default defineTemplate({
  name: 'networking/private-subnets',
  summary: 'Subnets without a way in or out of the VPC, for databases and caches, with their subnet groups',
  parameters: {
    ...param.allFrom(vpc, ['VpcId', 'VpcCidr', 'VpcIpv6Cidr', 'Zone1', 'Zone2', 'Zone3']),
    SubnetBits: { ...param.from(vpc, 'SubnetBits'), ...SUBNET_BITS },
  },
  outputs: {
    PrivateSubnets: output.subnetIds('Subnets without a route out of the VPC'),
    PrivateRouteTable: output.routeTableId('Route table that leads nowhere but within the VPC'),
    DbSubnetGroup: output.subnetGroupName('Subnet group of databases'),
    CacheSubnetGroup: output.subnetGroupName('Subnet group of caches'),
  },
  build({ scope, params, perZone }) {
    // A table of its own without a route: the VPC's main table may get one some day, and with it these subnets.
    const routes = new CfnRouteTable(scope, 'PrivateRouteTable', { vpcId: params.VpcId });

    const acl = networkAcl(scope, 'PrivateAcl', params, {
      in: {
        // Servers and functions open connections to databases and caches, all of which listen at high ports.
        Servers: { rule: 100, ports: EPHEMERAL, peer: 'server' },
        Nat: { rule: 110, ports: EPHEMERAL, peer: 'nat' },
        // Searches alone are asked over HTTPS.
        ServersHttps: { rule: 120, ports: 443, peer: 'server' },
        NatHttps: { rule: 130, ports: 443, peer: 'nat' },
        // Nodes of a cluster to those in other zones, with the answers.
        Nodes: { rule: 140, ports: EPHEMERAL, peer: 'private' },
        NodesHttps: { rule: 150, ports: 443, peer: 'private' },
      },
      out: {
        // Answers.
        Servers: { rule: 100, ports: EPHEMERAL, peer: 'server' },
        Nat: { rule: 110, ports: EPHEMERAL, peer: 'nat' },
        // Nodes to nodes, both ways.
        Nodes: { rule: 120, ports: EPHEMERAL, peer: 'private' },
        NodesHttps: { rule: 130, ports: 443, peer: 'private' },
      },
    });

    const subnets = perZone(params, (zone) =>
      tierSubnet(zone, 'PrivateSubnet', params, { tier: 'private', routeTableId: routes.ref, acl }),
    );
    const subnetIds = subnets.list(({ ref }) => ref);
    const databases = new CfnDBSubnetGroup(scope, 'DbSubnetGroup', {
      dbSubnetGroupDescription: 'Private subnets',
      subnetIds,
    });
    const caches = new CfnSubnetGroup(scope, 'CacheSubnetGroup', { description: 'Private subnets', subnetIds });
    return {
      PrivateSubnets: subnetIds,
      PrivateRouteTable: routes.ref,
      DbSubnetGroup: databases.ref,
      CacheSubnetGroup: caches.ref,
    };
  },
});
