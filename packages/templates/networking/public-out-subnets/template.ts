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
import { CfnRoute, CfnRouteTable } from 'aws-cdk-lib/aws-ec2';
import vpc from '../vpc/template.ts';

export default defineTemplate({
  name: 'networking/public-out-subnets',
  summary: 'Subnets with a way straight out to the internet, and the route table of every public subnet',
  parameters: {
    ...param.allFrom(vpc, ['VpcId', 'VpcCidr', 'VpcIpv6Cidr', 'Zone1', 'Zone2', 'Zone3']),
    SubnetBits: { ...param.from(vpc, 'SubnetBits'), ...SUBNET_BITS },
    InternetGatewayId: param.from(vpc, 'InternetGatewayId'),
  },
  outputs: {
    PublicSubnets: output.subnetIds('Subnets whose servers go straight out, and that nobody comes in by'),
    PublicRouteTable: output.routeTableId('Route table to the internet gateway'),
  },
  build({ scope, params, perZone }) {
    const routes = new CfnRouteTable(scope, 'PublicRouteTable', { vpcId: params.VpcId });
    const toTheInternet = { routeTableId: routes.ref, gatewayId: params.InternetGatewayId };
    new CfnRoute(scope, 'PublicRoute', { ...toTheInternet, destinationCidrBlock: '0.0.0.0/0' });
    new CfnRoute(scope, 'PublicRouteIpv6', { ...toTheInternet, destinationIpv6CidrBlock: '::/0' });

    const acl = networkAcl(scope, 'PublicAcl', params, {
      in: {
        // From outside come answers alone: who opens a connection to a high port here gets none, see below.
        Answers: { rule: 100, ports: EPHEMERAL, peer: 'anywhere' },
      },
      out: {
        // What servers here are for: APIs, images and packages; mirrors and revocation lists; mail submission.
        ...OUTWARD,
        // Servers of the VPC, and answers to what they ask. To the internet no high port is open, so that a handshake
        // from there never ends.
        Inside: { rule: 130, ports: EPHEMERAL, peer: 'vpc' },
      },
    });

    const subnets = perZone(params, (zone) =>
      tierSubnet(zone, 'PublicSubnet', params, { tier: 'publicOut', routeTableId: routes.ref, acl }),
    );
    return { PublicSubnets: subnets.list(({ ref }) => ref), PublicRouteTable: routes.ref };
  },
});
