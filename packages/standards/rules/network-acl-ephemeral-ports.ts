import {
  type AclEntry,
  aclType,
  directions,
  EPHEMERAL,
  entriesOf,
  families,
  mayLetThrough,
  type Ports,
} from '../aws/network-acls.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'network-acl-ephemeral-ports',
  number: 47,
  title: 'A network ACL lets the ports 1024 to 65535 through both ways, over IPv4 and IPv6',
  why: 'NAT gateways, load balancers and functions await answers at all of them, and a family that is forgotten is shut.',
  remedy: 'Add an entry that allows TCP to the ports 1024 to 65535, for that direction and family',
  source: 'VPC User Guide, "Custom network ACLs for your VPC", Ephemeral ports',
  peers: 'none: cdk-nag VPCNoNACLs (VPC3) wants no network ACL at all',
  audience: 'house',
  severity: 'warning',
  applies: [aclType],
  *check({ resource, template }) {
    if (!template.isComplete) return;
    const entries = entriesOf(resource, template);
    for (const direction of directions)
      for (const family of families) {
        const allowing = entries.filter((entry) => mayLetThrough(entry, direction, family));
        if (!coversEphemeral(allowing))
          yield { at: resource, message: `It does not let the ports 1024 to 65535 ${direction} over ${family}` };
      }
  },
  examples: {
    good: [
      `
      Resources:
        Acl: { Type: AWS::EC2::NetworkAcl }
        In:
          Type: AWS::EC2::NetworkAclEntry
          Properties: { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: -1, RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        InByIpv6:
          Type: AWS::EC2::NetworkAclEntry
          Properties: { NetworkAclId: !Ref Acl, RuleNumber: 110, Protocol: -1, RuleAction: allow, Ipv6CidrBlock: ::/0 }
        Out:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Egress: true, Protocol: 6, PortRange: { From: 1024, To: 3388 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        MoreOut:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 110, Egress: true, Protocol: 6, PortRange: { From: 3389, To: 65535 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        OutByIpv6:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 120, Egress: true, Protocol: 6, PortRange: { From: 443, To: 65535 },
              RuleAction: allow, Ipv6CidrBlock: ::/0 }
      `,
      `
      Transform: AWS::LanguageExtensions
      Parameters:
        Ports: { Type: CommaDelimitedList }
      Resources:
        Acl: { Type: AWS::EC2::NetworkAcl }
        Fn::ForEach::Entries:
          - Port
          - !Ref Ports
          - Entry\${Port}: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: !Ref Acl, Egress: true } }
      `,
      `
      Parameters:
        Highest: { Type: Number }
      Resources:
        Acl: { Type: AWS::EC2::NetworkAcl }
        In:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, PortRange: { From: 1024, To: !Ref Highest },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        InToo:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 105, Protocol: 6, PortRange: { From: 80, To: 80 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        InByIpv6:
          Type: AWS::EC2::NetworkAclEntry
          Properties: { NetworkAclId: !Ref Acl, RuleNumber: 110, Protocol: -1, RuleAction: allow, Ipv6CidrBlock: ::/0 }
        Out:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Egress: true, Protocol: -1,
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        OutByIpv6:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 110, Egress: true, Protocol: -1,
              RuleAction: allow, Ipv6CidrBlock: ::/0 }
      `,
      `
      Resources:
        Acl: { Type: AWS::EC2::NetworkAcl }
        High:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Egress: true, Protocol: 6, PortRange: { From: 32768, To: 65535 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        Low:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 110, Egress: true, Protocol: 6, PortRange: { From: 1024, To: 40000 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        Other:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 130, Egress: true, Protocol: 17,
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        In:
          Type: AWS::EC2::NetworkAclEntry
          Properties: { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: -1, RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        InByIpv6:
          Type: AWS::EC2::NetworkAclEntry
          Properties: { NetworkAclId: !Ref Acl, RuleNumber: 110, Protocol: -1, RuleAction: allow, Ipv6CidrBlock: ::/0 }
        OutByIpv6:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 120, Egress: true, Protocol: -1, RuleAction: allow, Ipv6CidrBlock: ::/0 }
      `,
    ],
    bad: [
      `
      Resources:
        Acl: # finding
          Type: AWS::EC2::NetworkAcl
        In:
          Type: AWS::EC2::NetworkAclEntry
          Properties: { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: -1, RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        InByIpv6:
          Type: AWS::EC2::NetworkAclEntry
          Properties: { NetworkAclId: !Ref Acl, RuleNumber: 110, Protocol: -1, RuleAction: allow, Ipv6CidrBlock: ::/0 }
        Out:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Egress: true, Protocol: 6, PortRange: { From: 1024, To: 3388 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        MoreOut:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 120, Egress: true, Protocol: 6, PortRange: { From: 3389, To: 65534 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        OutByIpv6:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 110, Egress: true, Protocol: -1,
              RuleAction: allow, Ipv6CidrBlock: ::/0 }
      `,
      `
      Resources:
        Acl: # finding
          Type: AWS::EC2::NetworkAcl
        Low:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Egress: true, Protocol: 6, PortRange: { From: 1024, To: 32000 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        High:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 110, Egress: true, Protocol: 6, PortRange: { From: 32768, To: 65535 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        In:
          Type: AWS::EC2::NetworkAclEntry
          Properties: { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: -1, RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        InByIpv6:
          Type: AWS::EC2::NetworkAclEntry
          Properties: { NetworkAclId: !Ref Acl, RuleNumber: 110, Protocol: -1, RuleAction: allow, Ipv6CidrBlock: ::/0 }
        OutByIpv6:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 120, Egress: true, Protocol: -1, RuleAction: allow, Ipv6CidrBlock: ::/0 }
      `,
    ],
  },
});

/** Whether the ports of all entries together leave no ephemeral one out; an entry whose ports are open may be all. */
function coversEphemeral(entries: readonly AclEntry[]): boolean {
  if (entries.some(({ ports }) => ports === undefined)) return true;
  const ranges = entries.flatMap(({ ports }): Ports[] => (typeof ports === 'object' ? [ports] : []));
  let next = EPHEMERAL.from;
  for (const { from, to } of ranges.sort((one, other) => one.from - other.from))
    if (from <= next) next = Math.max(next, to + 1);
  return next > EPHEMERAL.to;
}
