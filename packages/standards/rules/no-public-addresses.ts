import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

/** Where each type says whether its network interfaces get public IPv4 addresses; nothing there is no. */
const ADDRESSES: Readonly<Record<string, string>> = {
  'AWS::AutoScaling::LaunchConfiguration': 'AssociatePublicIpAddress',
  'AWS::EC2::Instance': 'NetworkInterfaces.*.AssociatePublicIpAddress',
  'AWS::EC2::LaunchTemplate': 'LaunchTemplateData.NetworkInterfaces.*.AssociatePublicIpAddress',
  'AWS::EC2::Subnet': 'MapPublicIpOnLaunch',
  'AWS::ECS::Service': 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp',
  'AWS::ECS::TaskSet': 'NetworkConfiguration.AwsVpcConfiguration.AssignPublicIp',
  'AWS::Events::Rule': 'Targets.*.EcsParameters.NetworkConfiguration.AwsVpcConfiguration.AssignPublicIp',
  'AWS::Scheduler::Schedule': 'Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp',
};
/** Types that tie an Elastic IP address to a server; NAT gateways and load balancers take theirs by themselves. */
const TIES = ['AWS::EC2::EIP', 'AWS::EC2::EIPAssociation'];

export default resourceStandard({
  name: 'no-public-addresses',
  number: 27,
  title: 'Only NAT gateways and load balancers have public IPv4 addresses',
  why: 'What has an address of its own can be reached past the load balancer, and each address costs by the hour.',
  remedy: 'Leave public addresses off, put a load balancer in front, and let traffic out through a NAT gateway',
  source: 'VPC User Guide, "IP addressing for your VPCs and subnets"; Amazon VPC pricing, "Public IPv4 Address"',
  peers: 'cdk-nag EC2InstanceNoPublicIp and VPCSubnetAutoAssignPublicIpDisabled see neither launch templates nor ECS',
  audience: 'house',
  severity: 'warning',
  applies: [...Object.keys(ADDRESSES), ...TIES],
  *check({ resource, template }) {
    for (const address of addressesOf(resource, template))
      yield { at: address, message: 'It gets a public IPv4 address of its own' };
  },
  examples: {
    good: [
      `
      Parameters:
        Given: { Type: String, Default: i-1 }
      Resources:
        Subnet:
          Type: AWS::EC2::Subnet
          Properties: { MapPublicIpOnLaunch: false }
        Service:
          Type: AWS::ECS::Service
          Properties: { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: DISABLED } } }
        Server: { Type: AWS::EC2::Instance }
        Address: { Type: AWS::EC2::EIP, Properties: { InstanceId: '' } }
        Fixed: { Type: AWS::EC2::EIP, Properties: { InstanceId: !Ref Given } }
        Gateway:
          Type: AWS::EC2::NatGateway
          Properties: { AllocationId: !GetAtt Address.AllocationId }
      `,
    ],
    bad: [
      `
      Resources:
        Subnet:
          Type: AWS::EC2::Subnet
          Properties:
            MapPublicIpOnLaunch: true # finding
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              NetworkInterfaces:
                - DeviceIndex: 0
                  AssociatePublicIpAddress: true # finding
        Service:
          Type: AWS::ECS::Service
          Properties:
            NetworkConfiguration:
              AwsvpcConfiguration:
                AssignPublicIp: ENABLED # finding
        Server:
          Type: AWS::EC2::Instance
          Properties:
            NetworkInterfaces:
              - DeviceIndex: 0
                AssociatePublicIpAddress: true # finding
        Old: { Type: AWS::AutoScaling::LaunchConfiguration, Properties: { AssociatePublicIpAddress: true } } # finding
        Tasks:
          Type: AWS::ECS::TaskSet
          Properties:
            NetworkConfiguration: { AwsVpcConfiguration: { AssignPublicIp: ENABLED } } # finding
        Nightly:
          Type: AWS::Events::Rule
          Properties:
            Targets:
              - EcsParameters: { NetworkConfiguration: { AwsVpcConfiguration: { AssignPublicIp: ENABLED } } } # finding
        Hourly:
          Type: AWS::Scheduler::Schedule
          Properties:
            Target:
              EcsParameters: { NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: ENABLED } } } # finding
        Address:
          Type: AWS::EC2::EIP
          Properties:
            InstanceId: !Ref Server # finding
        Tie:
          Type: AWS::EC2::EIPAssociation
          Properties:
            AllocationId: eipalloc-1
            NetworkInterfaceId: eni-1 # finding
      `,
    ],
  },
});

function addressesOf(resource: Resource, template: Template): Value[] {
  const path = ADDRESSES[resource.type];
  if (path !== undefined) return resource.values(path).filter((value) => value.is('true', 'ENABLED'));
  return ['InstanceId', 'NetworkInterfaceId']
    .flatMap((name) => resource.values(name))
    .filter((id) => template.referred(id) !== undefined || (id.parameter === undefined && (id.text ?? '') !== ''));
}
