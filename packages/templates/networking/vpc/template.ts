import { defineTemplate, output, param, SUBNET_BITS, when } from '@bitclouded/kit';
import { Aws, Fn } from 'aws-cdk-lib';
import {
  CfnEgressOnlyInternetGateway,
  CfnFlowLog,
  CfnInternetGateway,
  CfnSecurityGroup,
  CfnSecurityGroupIngress,
  CfnVPC,
  CfnVPCCidrBlock,
  CfnVPCGatewayAttachment,
} from 'aws-cdk-lib/aws-ec2';
import { CfnPrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import logsStore from '../../analytics/logs-store/template.ts';

/** Where a load balancer may reach what stands behind it: containers listen on ports of their own choice. */
const ANY_PORT = { ipProtocol: 'tcp', fromPort: 1, toPort: 65535 };

export default defineTemplate({
  name: 'networking/vpc',
  summary: 'A dual-stack VPC with flow logs, interlocking security groups and a private DNS namespace',
  parameters: {
    Cidr: param.cidr({
      description: 'IPv4 range of the VPC, /16 to /22. Changing it replaces the VPC: never while anything is in it',
      default: '10.0.0.0/16',
      group: 'Network',
      label: 'IPv4 range',
    }),
    SubnetBits: param.count({
      description:
        'Bits of an address within one subnet: 11 for a /16, one fewer for each range of half the size. Chosen once: changing it replaces every subnet',
      default: '11',
      ...SUBNET_BITS,
      group: 'Network',
    }),
    Zone1: param.zoneName({ description: 'First Availability Zone; chosen once', group: 'Zones' }),
    Zone2: param.zoneName({ description: 'Second Availability Zone; chosen once', group: 'Zones' }),
    Zone3: param.optionalZoneName({
      description: 'Third Availability Zone; may be added later, and replaces nothing',
      group: 'Zones',
    }),
    NamespaceName: param.optionalDomainName({
      description:
        'Name of the private DNS namespace; empty for <stack name>.internal. Changing it replaces the namespace: never while services are in it',
      group: 'Network',
    }),
    FlowLogTraffic: param.text({
      description: 'Traffic that is logged. Changing it replaces the flow log; what is written stays',
      default: 'REJECT',
      allowedValues: ['REJECT', 'ACCEPT', 'ALL'],
      group: 'Network',
    }),
    ...param.allFrom(logsStore, ['FlowLogGroupArn', 'FlowLogRoleArn']),
  },
  outputs: {
    VpcId: output.vpcId('The VPC'),
    VpcCidr: output.cidr('IPv4 range of the VPC'),
    VpcIpv6Cidr: output.ipv6Cidr('IPv6 range of the VPC'),
    SubnetBits: output.count('Bits of an address within one subnet'),
    Zone1: output.zoneName('First Availability Zone'),
    Zone2: output.zoneName('Second Availability Zone'),
    Zone3: output.zoneName.orEmpty('Third Availability Zone'),
    ZoneCount: output.count('Number of Availability Zones, 2 or 3'),
    InternetGatewayId: output.gatewayId('Internet gateway'),
    EgressOnlyGatewayId: output.gatewayId('Egress-only internet gateway for IPv6'),
    ElbSg: output.securityGroupId('Security group of load balancers'),
    ElbTargetSg: output.securityGroupId('Security group of what stands behind load balancers'),
    VpcNamespaceId: output.namespaceId('Private DNS namespace'),
  },
  build({ scope, params, rule, allow }) {
    const { Zone1, Zone2, Zone3 } = params;
    const differ = (one: string, other: string) => Fn.conditionNot(Fn.conditionEquals(one, other));
    rule('ZonesDiffer', {
      describe: 'Zone1, Zone2 and Zone3 must be different zones',
      assert: Fn.conditionAnd(differ(Zone1, Zone2), differ(Zone1, Zone3.orEmpty), differ(Zone2, Zone3.orEmpty)),
    });

    const vpc = new CfnVPC(scope, 'Vpc', {
      cidrBlock: params.Cidr,
      // Both are needed for private DNS: namespaces, interface endpoints, file systems.
      enableDnsSupport: true,
      enableDnsHostnames: true,
    });
    // Unconditional, for VpcIpv6Cidr: outputs are read when every resource is there, and so is the range then. A
    // resource that reads Vpc.Ipv6CidrBlocks would have to depend on this one.
    new CfnVPCCidrBlock(scope, 'Ipv6Range', { vpcId: vpc.ref, amazonProvidedIpv6CidrBlock: true });

    const internetGateway = new CfnInternetGateway(scope, 'InternetGateway');
    new CfnVPCGatewayAttachment(scope, 'InternetGatewayAttachment', {
      vpcId: vpc.ref,
      internetGatewayId: internetGateway.ref,
    });
    const egressOnlyGateway = new CfnEgressOnlyInternetGateway(scope, 'EgressOnlyGateway', { vpcId: vpc.ref });

    const flowLog = new CfnFlowLog(scope, 'FlowLog', {
      resourceType: 'VPC',
      resourceId: vpc.ref,
      trafficType: params.FlowLogTraffic,
      logDestinationType: 'cloud-watch-logs',
      // By name: EC2 does not know the `:*` in which a log group's ARN may end.
      logGroupName: Fn.select(6, Fn.split(':', params.FlowLogGroupArn)),
      deliverLogsPermissionArn: params.FlowLogRoleArn,
    });
    allow({
      who: flowLog,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogGroups', 'logs:DescribeLogStreams'],
      resource: 'FlowLogGroupArn, by FlowLogRoleArn',
      why: 'The traffic of every interface in the VPC is logged',
    });

    // Each group lists its egress in itself: only so is EC2's rule that lets everything out taken away. Of the two
    // references between them one stands apart, or they would wait for each other.
    // Servers call APIs, fetch images and packages, and hand mail over at addresses that nobody can list: three ports
    // are open to anywhere, the rest is shut.
    const targets = new CfnSecurityGroup(scope, 'ElbTargetSg', {
      vpcId: vpc.ref,
      groupDescription: 'What stands behind load balancers',
      securityGroupEgress: [
        ...toAnywhere(443, 'APIs, images, packages'),
        ...toAnywhere(80, 'Package mirrors and revocation lists'),
        ...toAnywhere(587, 'Mail submission'),
      ],
    });
    const loadBalancers = new CfnSecurityGroup(scope, 'ElbSg', {
      vpcId: vpc.ref,
      groupDescription: 'Load balancers',
      securityGroupIngress: [...fromAnywhere(80, 'HTTP'), ...fromAnywhere(443, 'HTTPS')],
      securityGroupEgress: [
        {
          ...ANY_PORT,
          destinationSecurityGroupId: targets.attrGroupId,
          description: 'Targets and their health checks',
        },
      ],
    });
    new CfnSecurityGroupIngress(scope, 'ElbTargetFromElb', {
      ...ANY_PORT,
      groupId: targets.attrGroupId,
      sourceSecurityGroupId: loadBalancers.attrGroupId,
      description: 'Load balancers',
    });

    const namespace = new CfnPrivateDnsNamespace(scope, 'Namespace', {
      name: params.NamespaceName.or(`${Aws.STACK_NAME}.internal`),
      vpc: vpc.ref,
    });

    return {
      VpcId: vpc.ref,
      VpcCidr: vpc.attrCidrBlock,
      VpcIpv6Cidr: Fn.select(0, vpc.attrIpv6CidrBlocks),
      SubnetBits: params.SubnetBits,
      Zone1,
      Zone2,
      Zone3: Zone3.orEmpty,
      ZoneCount: when(Zone3.given, 3, 2),
      InternetGatewayId: internetGateway.ref,
      EgressOnlyGatewayId: egressOnlyGateway.attrId,
      ElbSg: loadBalancers.attrGroupId,
      ElbTargetSg: targets.attrGroupId,
      VpcNamespaceId: namespace.attrId,
    };
  },
});

function toAnywhere(port: number, description: string): CfnSecurityGroup.EgressProperty[] {
  return bothFamilies(port, description);
}

function fromAnywhere(port: number, description: string): CfnSecurityGroup.IngressProperty[] {
  return bothFamilies(port, description);
}

function bothFamilies(port: number, description: string) {
  const rule = { ipProtocol: 'tcp', fromPort: port, toPort: port, description };
  return [
    { ...rule, cidrIp: '0.0.0.0/0' },
    { ...rule, cidrIpv6: '::/0' },
  ];
}
