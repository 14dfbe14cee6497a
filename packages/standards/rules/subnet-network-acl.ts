import { perTemplate } from '../model/per-template.ts';
import { resourceStandard } from '../standard.ts';

const ASSOCIATION = 'AWS::EC2::SubnetNetworkAclAssociation';
/** Whether a network ACL is for a subnet that only the stack knows. */
const guardsUnknown = perTemplate((template) =>
  template
    .ofType(ASSOCIATION)
    .some((association) => association.values('SubnetId').some(({ kind }) => kind === 'unknown')),
);

export default resourceStandard({
  name: 'subnet-network-acl',
  number: 47,
  title: 'A subnet has a network ACL of its own',
  why: "The VPC's own network ACL lets everything through, so that one wrong security group opens a whole tier.",
  remedy: 'Add an AWS::EC2::NetworkAcl with entries, and an AWS::EC2::SubnetNetworkAclAssociation with the subnet',
  source: 'VPC User Guide, "Control subnet traffic with network access control lists"',
  peers: 'none: cdk-nag VPCNoNACLs (VPC3) wants no network ACL at all',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::EC2::Subnet'],
  *check({ resource, template }) {
    if (!template.isComplete) return;
    const isGuarded = template
      .referrers(resource)
      .filter(({ type }) => type === ASSOCIATION)
      .some((association) => association.values('SubnetId').some((id) => template.referred(id) === resource));
    if (!isGuarded && !guardsUnknown(template))
      yield { at: resource, message: 'The subnet has no network ACL of its own' };
  },
  examples: {
    good: [
      `
      Resources:
        Subnet: { Type: AWS::EC2::Subnet }
        Acl: { Type: AWS::EC2::NetworkAcl }
        Association:
          Type: AWS::EC2::SubnetNetworkAclAssociation
          Properties: { SubnetId: !Ref Subnet, NetworkAclId: !Ref Acl }
      `,
      `
      Transform: AWS::LanguageExtensions
      Parameters:
        Ports: { Type: CommaDelimitedList }
      Resources:
        Subnet: { Type: AWS::EC2::Subnet }
        Acl: { Type: AWS::EC2::NetworkAcl }
        Fn::ForEach::Entries:
          - Port
          - !Ref Ports
          - Entry\${Port}: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: !Ref Acl, Egress: true } }
      `,
      `
      Resources:
        Unknown: { Type: AWS::EC2::Subnet }
        Association:
          Type: AWS::EC2::SubnetNetworkAclAssociation
          Properties: { SubnetId: !Select [0, [!Ref Unknown]], NetworkAclId: acl-1 }
      `,
      `
      Conditions:
        First: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        One: { Type: AWS::EC2::Subnet }
        Other: { Type: AWS::EC2::Subnet }
        Association:
          Type: AWS::EC2::SubnetNetworkAclAssociation
          Properties: { SubnetId: !If [First, !Ref One, !Ref Other], NetworkAclId: acl-1 }
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Unknown: { Type: AWS::EC2::Subnet }
        Association:
          Type: AWS::EC2::SubnetNetworkAclAssociation
          Properties: { SubnetId: !If [Here, subnet-1, !ImportValue subnet], NetworkAclId: acl-1 }
        Other:
          Type: AWS::EC2::SubnetNetworkAclAssociation
          Properties: { SubnetId: subnet-2, NetworkAclId: acl-1 }
      `,
    ],
    bad: [
      `
      Resources:
        Subnet: { Type: AWS::EC2::Subnet }
        Forgotten: # finding
          Type: AWS::EC2::Subnet
        Acl: { Type: AWS::EC2::NetworkAcl }
        Association:
          Type: AWS::EC2::SubnetNetworkAclAssociation
          Properties: { SubnetId: !GetAtt Subnet.SubnetId, NetworkAclId: !Ref Acl }
      `,
      `
      Resources:
        Subnet: # finding
          Type: AWS::EC2::Subnet
        Table:
          Type: AWS::EC2::SubnetRouteTableAssociation
          Properties: { SubnetId: !Ref Subnet, RouteTableId: rtb-1 }
        Other:
          Type: AWS::EC2::SubnetNetworkAclAssociation
          Properties: { SubnetId: subnet-1, NetworkAclId: !GetAtt Subnet.NetworkAclAssociationId }
      `,
    ],
  },
});
