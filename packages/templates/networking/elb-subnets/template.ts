import {
  ALL_PORTS,
  defineTemplate,
  EPHEMERAL,
  networkAcl,
  OUTWARD,
  output,
  param,
  SUBNET_BITS,
  tierSubnet,
} from '@bitclouded/kit';
import { Fn } from 'aws-cdk-lib';
import natSubnets from '../nat-subnets/template.ts';
import publicOutSubnets from '../public-out-subnets/template.ts';
import vpc from '../vpc/template.ts';

export default defineTemplate({
  name: 'networking/elb-subnets',
  summary: 'Public subnets of load balancers, and the subnets of the servers behind them',
  parameters: {
    ...param.allFrom(vpc, ['VpcId', 'VpcCidr', 'VpcIpv6Cidr', 'Zone1', 'Zone2', 'Zone3']),
    SubnetBits: { ...param.from(vpc, 'SubnetBits'), ...SUBNET_BITS },
    PublicRouteTable: param.from(publicOutSubnets, 'PublicRouteTable'),
    NatRouteTables: param.from(natSubnets, 'NatRouteTables'),
  },
  outputs: {
    ElbSubnets: output.subnetIds('Public subnets of load balancers'),
    ServerSubnets: output.subnetIds('Subnets of servers, which go out by NAT'),
  },
  build({ scope, params, perZone }) {
    const elbAcl = networkAcl(scope, 'ElbAcl', params, {
      in: {
        // The world to load balancers.
        Https: { rule: 100, ports: 443, peer: 'anywhere' },
        Http: { rule: 110, ports: 80, peer: 'anywhere' },
        // The servers' answers.
        Answers: { rule: 120, ports: EPHEMERAL, peer: 'server' },
      },
      out: {
        // Answers to the world.
        Answers: { rule: 100, ports: EPHEMERAL, peer: 'anywhere' },
        // Load balancers to servers and their health checks: containers listen on ports of their own choice.
        Servers: { rule: 110, ports: ALL_PORTS, peer: 'server' },
      },
    });
    const serverAcl = networkAcl(scope, 'ServerAcl', params, {
      in: {
        // Load balancers to servers.
        Elb: { rule: 100, ports: ALL_PORTS, peer: 'elb' },
        // Servers to servers in other zones, to endpoints and files among them; functions and instances behind NAT.
        Servers: { rule: 110, ports: ALL_PORTS, peer: 'server' },
        Nat: { rule: 120, ports: ALL_PORTS, peer: 'nat' },
        // Answers from anywhere, by NAT, the egress-only gateway and the gateway endpoints. None of these lets a
        // connection in.
        Answers: { rule: 130, ports: EPHEMERAL, peer: 'anywhere' },
      },
      out: {
        // APIs, images and packages; mirrors and revocation lists; mail submission.
        ...OUTWARD,
        // Databases, caches and files, and answers to load balancers.
        Inside: { rule: 130, ports: EPHEMERAL, peer: 'vpc' },
        Servers: { rule: 140, ports: ALL_PORTS, peer: 'server' },
        Nat: { rule: 150, ports: ALL_PORTS, peer: 'nat' },
      },
    });
    const elb = perZone(params, (zone) =>
      tierSubnet(zone, 'ElbSubnet', params, { tier: 'elb', routeTableId: params.PublicRouteTable, acl: elbAcl }),
    );
    const servers = perZone(params, (zone) =>
      tierSubnet(zone, 'ServerSubnet', params, {
        tier: 'server',
        routeTableId: Fn.select(zone.index, params.NatRouteTables),
        acl: serverAcl,
        assignIpv6: true,
      }),
    );
    return { ElbSubnets: elb.list(({ ref }) => ref), ServerSubnets: servers.list(({ ref }) => ref) };
  },
});
