import {
  defineTemplate,
  EPHEMERAL,
  networkAcl,
  OUTWARD,
  output,
  param,
  SUBNET_BITS,
  tierSubnet,
} from '@bitclouded/kit';
import publicOutSubnets from '../public-out-subnets/template.ts';
import vpc from '../vpc/template.ts';

export default defineTemplate({
  name: 'networking/nat-gateway-subnets',
  summary: 'Public subnets in which NAT gateways stand, and nothing else',
  parameters: {
    ...param.allFrom(vpc, ['VpcId', 'VpcCidr', 'VpcIpv6Cidr', 'Zone1', 'Zone2', 'Zone3']),
    SubnetBits: { ...param.from(vpc, 'SubnetBits'), ...SUBNET_BITS },
    PublicRouteTable: param.from(publicOutSubnets, 'PublicRouteTable'),
  },
  outputs: { NatGatewaySubnets: output.subnetIds('Subnets of NAT gateways, in the order of the zones') },
  build({ scope, params, perZone }) {
    // NAT gateways carry IPv4. IPv6 goes out by the egress-only gateway and never comes here; its entries are those of
    // IPv4, so that neither family is open where the other is shut.
    const acl = networkAcl(scope, 'NatGatewayAcl', params, {
      in: {
        // What servers and functions send out, on its way to the gateway.
        ServersHttps: { rule: 100, ports: 443, peer: 'server' },
        ServersHttp: { rule: 110, ports: 80, peer: 'server' },
        ServersMail: { rule: 120, ports: 587, peer: 'server' },
        NatHttps: { rule: 130, ports: 443, peer: 'nat' },
        NatHttp: { rule: 140, ports: 80, peer: 'nat' },
        NatMail: { rule: 150, ports: 587, peer: 'nat' },
        // The internet's answers: the gateway sends from all ports of this range.
        Answers: { rule: 160, ports: EPHEMERAL, peer: 'anywhere' },
      },
      out: {
        // The same, from the gateway on.
        ...OUTWARD,
        // The answers, handed on to who asked.
        Servers: { rule: 130, ports: EPHEMERAL, peer: 'server' },
        Nat: { rule: 140, ports: EPHEMERAL, peer: 'nat' },
      },
    });
    const subnets = perZone(params, (zone) =>
      tierSubnet(zone, 'NatGatewaySubnet', params, {
        tier: 'natGateway',
        routeTableId: params.PublicRouteTable,
        acl,
      }),
    );
    return { NatGatewaySubnets: subnets.list(({ ref }) => ref) };
  },
});
