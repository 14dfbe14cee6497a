import {
  ALL_PORTS,
  type Build,
  defineTemplate,
  EPHEMERAL,
  networkAcl,
  OUTWARD,
  output,
  param,
  policyDocument,
  type Statement,
  SUBNET_BITS,
  tierSubnet,
  when,
} from '@bitclouded/kit';
import { Aws, Fn } from 'aws-cdk-lib';
import { CfnEIP, CfnNatGateway, CfnRoute, CfnRouteTable, CfnVPCEndpoint } from 'aws-cdk-lib/aws-ec2';
import alerts from '../../operations/alerts/template.ts';
import natGatewaySubnets from '../nat-gateway-subnets/template.ts';
import vpc from '../vpc/template.ts';

const parameters = {
  NatMode: param.text({
    description:
      'NAT gateways: a single one for all zones, one per-zone, or none, which leaves IPv4 only what endpoints reach. Connections that change their gateway break off',
    default: 'single',
    allowedValues: ['single', 'per-zone', 'none'],
    group: 'NAT',
    label: 'NAT gateways',
  }),
  OtherAccounts: param.flag({
    description:
      'Lets credentials of other accounts through the endpoints of S3 and DynamoDB: for servers that take roles there',
    group: 'Endpoints',
  }),
  ...param.allFrom(vpc, ['VpcId', 'VpcCidr', 'VpcIpv6Cidr', 'Zone1', 'Zone2', 'Zone3']),
  SubnetBits: { ...param.from(vpc, 'SubnetBits'), ...SUBNET_BITS },
  EgressOnlyGatewayId: param.from(vpc, 'EgressOnlyGatewayId'),
  NatGatewaySubnets: param.from(natGatewaySubnets, 'NatGatewaySubnets'),
  CriticalArn: param.recommendedFrom(alerts, 'CriticalArn'),
  WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
};
type Kit = Build<typeof parameters>;

export default defineTemplate({
  name: 'networking/nat-subnets',
  summary: 'Subnets that go out by NAT and that nobody comes in by, and endpoints for S3 and DynamoDB',
  parameters,
  outputs: {
    NatSubnets: output.subnetIds('Subnets that go out by NAT'),
    NatRouteTables: output.routeTableIds('Route tables to NAT, one a zone, in the order of the zones'),
    S3EndpointId: output.vpcEndpointId('Gateway endpoint of S3'),
  },
  build(kit) {
    const { scope, params, perZone } = kit;
    const acl = networkAcl(scope, 'NatAcl', params, {
      in: {
        // Servers to what runs here; what runs here among itself, over the zones.
        Servers: { rule: 100, ports: ALL_PORTS, peer: 'server' },
        Nat: { rule: 110, ports: ALL_PORTS, peer: 'nat' },
        // Answers from anywhere, by NAT, the egress-only gateway and the gateway endpoints. None of these lets a
        // connection in.
        Answers: { rule: 120, ports: EPHEMERAL, peer: 'anywhere' },
      },
      out: {
        // APIs, images and packages; mirrors and revocation lists; mail submission.
        ...OUTWARD,
        // Databases, caches and files.
        Inside: { rule: 130, ports: EPHEMERAL, peer: 'vpc' },
        Servers: { rule: 140, ports: ALL_PORTS, peer: 'server' },
        Nat: { rule: 150, ports: ALL_PORTS, peer: 'nat' },
      },
    });
    const tables = routeTables(kit);
    const subnets = perZone(params, (zone) =>
      tierSubnet(zone, 'NatSubnet', params, {
        tier: 'nat',
        routeTableId: tables.all[zone.index]!.ref,
        acl,
        assignIpv6: true,
      }),
    );
    const tableIds = tables.list(({ ref }) => ref);
    return {
      NatSubnets: subnets.list(({ ref }) => ref),
      NatRouteTables: tableIds,
      S3EndpointId: endpoints(kit, tableIds).attrId,
    };
  },
});

/**
 * A table for each zone that stays whatever NatMode is: only the target of its route moves. CloudFormation makes a new
 * gateway before it moves the routes there, and deletes the old one when none leads to it any more.
 */
function routeTables(kit: Kit) {
  const { params, perZone, condition } = kit;
  const isNone = condition('NatIsNone', { equal: [params.NatMode, 'none'] });
  const hasNat = condition('HasNat', { not: isNone });
  const hasNatPerZone = condition('HasNatPerZone', { equal: [params.NatMode, 'per-zone'] });

  // Zone 1 has a gateway in both modes, so that a switch between them keeps its address.
  const gateways = perZone(params, ({ scope, index }) => {
    const flag = index === 0 ? hasNat : hasNatPerZone;
    const address = flag.guards(
      new CfnEIP(scope, 'NatAddress', { domain: 'vpc', tags: nameTag(`${scope.node.id}NatAddress`) }),
    );
    return flag.guards(
      new CfnNatGateway(scope, 'NatGateway', {
        subnetId: Fn.select(index, params.NatGatewaySubnets),
        allocationId: address.attrAllocationId,
      }),
    );
  });
  for (const [index, gateway] of gateways.all.entries()) natAlarms(kit, `Zone${index + 1}`, gateway);

  return perZone(params, ({ scope, index }) => {
    const table = new CfnRouteTable(scope, 'NatRouteTable', { vpcId: params.VpcId });
    const [first] = gateways.all;
    hasNat.guards(
      new CfnRoute(scope, 'NatRoute', {
        routeTableId: table.ref,
        destinationCidrBlock: '0.0.0.0/0',
        natGatewayId: index === 0 ? first.ref : when(hasNatPerZone, gateways.all[index]!.ref, first.ref),
      }),
    );
    new CfnRoute(scope, 'NatRouteIpv6', {
      routeTableId: table.ref,
      destinationIpv6CidrBlock: '::/0',
      egressOnlyInternetGatewayId: params.EgressOnlyGatewayId,
    });
    return table;
  });
}

/** A full gateway and a failing one look alike from a server: connections that hang. */
function natAlarms({ alarm, params }: Kit, zone: string, gateway: CfnNatGateway): void {
  const metric = {
    on: gateway,
    namespace: 'AWS/NATGateway',
    dimensions: { NatGatewayId: gateway.ref },
    statistic: 'Sum',
    periodSeconds: 300,
  } as const;
  alarm(`${zone}NatPortsAlarm`, {
    description:
      'The NAT gateway has no port left for a destination, and refuses connections to it. Look for connections that nobody closes; set NatMode to per-zone, or reach the destination by an endpoint',
    ...metric,
    metric: 'ErrorPortAllocation',
    threshold: 0,
    periods: 1,
    tell: params.CriticalArn,
  });
  alarm(`${zone}NatDropsAlarm`, {
    description:
      'The NAT gateway loses packets for a quarter of an hour: more traffic than it carries, or a fault of its zone. Compare its bytes and packets with what it may carry, and see the AWS Health Dashboard',
    ...metric,
    metric: 'PacketsDropCount',
    threshold: 100,
    periods: 3,
    tell: params.WarningArn,
  });
}

/**
 * Endpoints that cost nothing and keep the traffic off the NAT gateway. Their policies are an outer bound; who may do
 * what within it is up to IAM. Credentials that somebody brings along from another account get nowhere.
 */
function endpoints({ scope, params }: Kit, routeTableIds: string[]): CfnVPCEndpoint {
  // Anonymous requests carry no account at all.
  const ours = when<Statement['Condition']>(
    params.OtherAccounts,
    { Null: { 'aws:PrincipalAccount': 'false' } },
    { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
  );
  const anybody = { Effect: 'Allow', Principal: '*' } as const;
  const gateway = (service: string, id: string, statements: Statement[]): CfnVPCEndpoint =>
    new CfnVPCEndpoint(scope, id, {
      vpcId: params.VpcId,
      vpcEndpointType: 'Gateway',
      serviceName: `com.amazonaws.${Aws.REGION}.${service}`,
      routeTableIds,
      policyDocument: policyDocument(statements),
      tags: nameTag(id),
    });

  gateway('dynamodb', 'DynamoDbEndpoint', [
    { Sid: 'OurPrincipals', ...anybody, Action: 'dynamodb:*', Resource: '*', Condition: ours },
  ]);
  return gateway('s3', 'S3Endpoint', [
    { Sid: 'OurPrincipals', ...anybody, Action: 's3:*', Resource: '*', Condition: ours },
    // What others publish, without credentials of ours or by URLs that others sign: layers of images in ECR, packages,
    // the agents and patches of Systems Manager. Reading carries nothing out.
    { Sid: 'Read', ...anybody, Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' },
    // Custom resources and wait conditions answer by URLs that CloudFormation signs; the first kind of bucket has the
    // region's name without hyphens. Source: CloudFormation User Guide, "Access CloudFormation using an interface
    // endpoint (AWS PrivateLink)", Considerations.
    {
      Sid: 'AnswerCloudFormation',
      ...anybody,
      Action: 's3:PutObject',
      Resource: [
        Fn.join('-', ['custom-resource-response', Fn.join('', Fn.split('-', Aws.REGION))]),
        `waitcondition-${Aws.REGION}`,
      ].map((bucket) => `arn:${Aws.PARTITION}:s3:::cloudformation-${bucket}/*`),
    },
  ]);
}

/** For types whose Name tag the kit leaves alone. */
function nameTag(id: string): { key: string; value: string }[] {
  return [{ key: 'Name', value: `${Aws.STACK_NAME}/${id}` }];
}
