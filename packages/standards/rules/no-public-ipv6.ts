import { leadsToOpenTable } from '../aws/ipv6-routes.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'no-public-ipv6',
  number: 27,
  title: 'No subnet gives out IPv6 addresses that can be reached from anywhere',
  why: 'Every IPv6 address is public; behind an internet gateway only a security group keeps the world out.',
  remedy: 'Leave AssignIpv6AddressOnCreation off, or route ::/0 to an egress-only gateway',
  source: 'VPC User Guide, "IP addressing for your VPCs and subnets", IPv6 addresses',
  peers: 'cdk-nag VPCSubnetAutoAssignPublicIpDisabled reports subnets behind egress-only gateways too',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::EC2::Subnet'],
  *check({ resource, template }) {
    const isOpen = template
      .referrers(resource)
      .filter(({ type }) => type === 'AWS::EC2::SubnetRouteTableAssociation')
      .filter((association) => association.values('SubnetId').every((id) => template.referred(id) === resource))
      .some((association) => leadsToOpenTable(association, template));
    if (!isOpen) return;
    for (const assigns of resource.values('AssignIpv6AddressOnCreation'))
      if (assigns.is('true'))
        yield { at: assigns, message: 'The subnet gives out IPv6 addresses behind an internet gateway' };
  },
  examples: {
    good: [
      `
      Parameters:
        EgressOnlyGatewayId: { Type: String }
        InternetGatewayId: { Type: String }
      Resources:
        Private:
          Type: AWS::EC2::Subnet
          Properties: { AssignIpv6AddressOnCreation: true }
        PrivateTable: { Type: AWS::EC2::RouteTable }
        PrivateAssociation:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: { SubnetId: !Ref Private, RouteTableId: !Ref PrivateTable }
        PrivateRoute:
          Type: AWS::EC2::Route
          Properties:
            RouteTableId: !Ref PrivateTable
            DestinationIpv6CidrBlock: ::/0
            EgressOnlyInternetGatewayId: !Ref EgressOnlyGatewayId
        Balancers: { Type: AWS::EC2::Subnet }
        PublicTable: { Type: AWS::EC2::RouteTable }
        BalancersAssociation:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: { SubnetId: !Ref Balancers, RouteTableId: !Ref PublicTable }
        PublicRoute:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref PublicTable, DestinationIpv6CidrBlock: ::/0, GatewayId: !Ref InternetGatewayId }
      `,
      `
      Conditions:
        First: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        One: { Type: AWS::EC2::Subnet, Properties: { AssignIpv6AddressOnCreation: true } }
        Other: { Type: AWS::EC2::Subnet, Properties: { AssignIpv6AddressOnCreation: true } }
        Table: { Type: AWS::EC2::RouteTable }
        Association:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: { SubnetId: !If [First, !Ref One, !Ref Other], RouteTableId: !Ref Table }
        Route:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Table, DestinationIpv6CidrBlock: ::/0, GatewayId: igw-1 }
      `,
      `
      Resources:
        Subnet: { Type: AWS::EC2::Subnet, Properties: { AssignIpv6AddressOnCreation: true } }
        Table: { Type: AWS::EC2::RouteTable }
        Route:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Table, DestinationIpv6CidrBlock: ::/0, GatewayId: igw-1 }
        Interface:
          Type: AWS::EC2::NetworkInterface
          Properties: { SubnetId: !Ref Subnet, RouteTableId: !Ref Table }
      `,
    ],
    bad: [
      `
      Parameters:
        InternetGatewayId: { Type: String }
      Resources:
        Servers:
          Type: AWS::EC2::Subnet
          Properties:
            AssignIpv6AddressOnCreation: true # finding
        Table: { Type: AWS::EC2::RouteTable }
        Association:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: { SubnetId: !Ref Servers, RouteTableId: !Ref Table }
        Route:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Table, DestinationIpv6CidrBlock: ::/0, GatewayId: !Ref InternetGatewayId }
        Inside:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Table, DestinationIpv6CidrBlock: 2001:db8::/32, GatewayId: local }
      `,
    ],
  },
});
