import { natRoutesBeside, openIpv6Gateway } from '../aws/ipv6-routes.ts';
import { mayStandTogether } from '../model/together.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'ipv6-only-outbound',
  number: 27,
  title: 'What stands behind a NAT gateway sends IPv6 through an egress-only gateway',
  why: 'Every IPv6 address is public: through an internet gateway, servers that IPv4 hides can be reached from anywhere.',
  remedy: 'Name an AWS::EC2::EgressOnlyInternetGateway in EgressOnlyInternetGatewayId in place of GatewayId',
  source:
    'VPC User Guide, "Egress-only internet gateway"; CloudFormation Template Reference, "AWS::EC2::EgressOnlyInternetGateway"',
  peers: 'cdk-nag VPCNoUnrestrictedRouteToIGW (NIST and HIPAA packs) reports every public subnet',
  audience: 'everyone',
  severity: 'error',
  applies: ['AWS::EC2::Route'],
  *check({ resource, template }) {
    const gateway = openIpv6Gateway(resource, template, { assumed: false });
    if (!gateway) return;
    const isHidden = natRoutesBeside(resource, template).some(({ when }) => mayStandTogether(when, resource.when));
    if (isHidden) yield { at: gateway, message: 'IPv6 lets in whom the NAT gateway keeps out' };
  },
  examples: {
    good: [
      `
      Resources:
        Private: { Type: AWS::EC2::RouteTable }
        Out:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Private, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat }
        OutByIpv6:
          Type: AWS::EC2::Route
          Properties:
            RouteTableId: !Ref Private
            DestinationIpv6CidrBlock: ::/0
            EgressOnlyInternetGatewayId: !Ref EgressOnly
        Public: { Type: AWS::EC2::RouteTable }
        PublicByIpv6:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Public, DestinationIpv6CidrBlock: ::/0, GatewayId: !Ref Gateway }
        Nat: { Type: AWS::EC2::NatGateway }
        EgressOnly: { Type: AWS::EC2::EgressOnlyInternetGateway }
        Gateway: { Type: AWS::EC2::InternetGateway }
      `,
      `
      Parameters:
        Range: { Type: String }
        GatewayId: { Type: String }
      Conditions:
        Nat: !Equals [!Ref AWS::Region, us-east-1]
        NoNat: !Not [!Condition Nat]
      Resources:
        Switched: { Type: AWS::EC2::RouteTable }
        Out:
          Type: AWS::EC2::Route
          Condition: Nat
          Properties: { RouteTableId: !Ref Switched, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1 }
        OutByIpv6:
          Type: AWS::EC2::Route
          Condition: NoNat
          Properties: { RouteTableId: !Ref Switched, DestinationIpv6CidrBlock: ::/0, GatewayId: igw-1 }
        Partial: { Type: AWS::EC2::RouteTable }
        ToPartners:
          Type: AWS::EC2::Route
          Properties:
            { RouteTableId: !Ref Partial, DestinationCidrBlock: !If [Nat, 0.0.0.0/0, !Ref Range], NatGatewayId: nat-1 }
        PartialOut:
          Type: AWS::EC2::Route
          Properties:
            RouteTableId: !Ref Partial
            DestinationCidrBlock: 0.0.0.0/0
            NatGatewayId: !If [Nat, nat-1, !Ref AWS::NoValue]
            GatewayId: !If [Nat, !Ref AWS::NoValue, igw-1]
        PartialByIpv6:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Partial, DestinationIpv6CidrBlock: ::/0, GatewayId: igw-1 }
        Unknown: { Type: AWS::EC2::RouteTable }
        UnknownOut:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Unknown, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1 }
        UnknownByIpv6:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Unknown, DestinationIpv6CidrBlock: ::/0, GatewayId: !Ref GatewayId }
        SomewhereByIpv6:
          Type: AWS::EC2::Route
          Properties:
            RouteTableId: !Ref Unknown
            DestinationIpv6CidrBlock: !If [Nat, ::/0, !Ref Range]
            GatewayId: igw-1
        NearbyByIpv6:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Unknown, DestinationIpv6CidrBlock: 2001:db8::/32, GatewayId: igw-1 }
      `,
    ],
    bad: [
      `
      Resources:
        Private: { Type: AWS::EC2::RouteTable }
        Out:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Private, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat }
        OutByIpv6:
          Type: AWS::EC2::Route
          Properties:
            RouteTableId: !Ref Private
            DestinationIpv6CidrBlock: ::/0
            GatewayId: !Ref Gateway # finding
        Nat: { Type: AWS::EC2::NatGateway }
        Gateway: { Type: AWS::EC2::InternetGateway }
      `,
      `
      Resources:
        Out:
          Type: AWS::EC2::Route
          Properties: { RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: nat-1 }
        OutByIpv6:
          Type: AWS::EC2::Route
          Properties:
            RouteTableId: !Ref Table
            DestinationIpv6CidrBlock: 0:0:0:0:0:0:0:0/0
            GatewayId: igw-1 # finding
        Table: { Type: AWS::EC2::RouteTable }
      `,
    ],
  },
});
