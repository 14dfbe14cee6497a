import {
  aclType,
  type Direction,
  directions,
  entriesOf,
  families,
  isRequest,
  mayAnswer,
  mayLetThrough,
} from '../aws/network-acls.ts';
import { resourceStandard } from '../standard.ts';

const BACK: Readonly<Record<Direction, Direction>> = { in: 'out', out: 'in' };

export default resourceStandard({
  name: 'network-acl-answers',
  number: 47,
  title: 'A network ACL lets the answers through to what it lets through',
  why: 'Network ACLs know no connections: an answer goes to the port of the client, and without a rule of its own it is lost.',
  remedy: 'Add an entry for the other direction and the same family that allows the ports 1024 to 65535',
  source: 'VPC User Guide, "Custom network ACLs for your VPC", Ephemeral ports',
  peers: 'none: cfn_nag looks at single entries, cdk-nag VPCNoNACLs (VPC3) wants no network ACL at all',
  audience: 'everyone',
  severity: 'error',
  applies: [aclType],
  *check({ resource, template }) {
    if (!template.isComplete) return;
    const entries = entriesOf(resource, template);
    for (const direction of directions)
      for (const family of families) {
        const back = BACK[direction];
        const asks = entries.some((entry) => isRequest(entry) && mayLetThrough(entry, direction, family));
        const answers = entries.some((entry) => mayAnswer(entry) && mayLetThrough(entry, back, family));
        if (asks && !answers)
          yield { at: resource, message: `It lets connections ${direction} over ${family}, and no answer ${back}` };
      }
  },
  examples: {
    good: [
      `
      Resources:
        Acl: { Type: AWS::EC2::NetworkAcl }
        WebIn:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, PortRange: { From: 443, To: 443 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        AnswersOut:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Egress: true, Protocol: 6, PortRange: { From: 32768, To: 60999 },
              RuleAction: allow, CidrBlock: 10.0.0.0/8 }
        Empty: { Type: AWS::EC2::NetworkAcl }
        Everything: { Type: AWS::EC2::NetworkAcl }
        In:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Everything, RuleNumber: 100, Protocol: -1,
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        WebOut:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Everything, RuleNumber: 100, Egress: true, Protocol: 6, PortRange: { From: 443, To: 443 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
      `,
      `
      Transform: AWS::LanguageExtensions
      Parameters:
        Ports: { Type: CommaDelimitedList }
      Resources:
        Acl: { Type: AWS::EC2::NetworkAcl }
        WebIn:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, PortRange: { From: 443, To: 443 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        Fn::ForEach::Entries:
          - Port
          - !Ref Ports
          - Entry\${Port}: { Type: AWS::EC2::NetworkAclEntry, Properties: { NetworkAclId: !Ref Acl, Egress: true } }
      `,
    ],
    bad: [
      `
      Conditions:
        First: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Acl: # finding
          Type: AWS::EC2::NetworkAcl
        In:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, PortRange: { From: 3306, To: 3306 },
              RuleAction: allow, CidrBlock: 10.0.0.0/16 }
        Out:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Egress: true, Protocol: 6, PortRange: { From: 3306, To: 3306 },
              RuleAction: !If [First, allow, deny], CidrBlock: 10.0.0.0/16 }
        OutByIpv6:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 110, Egress: true, Protocol: -1,
              RuleAction: allow, Ipv6CidrBlock: ::/0 }
        Other: # finding
          Type: AWS::EC2::NetworkAcl
        WebOut:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Other, RuleNumber: 100, Egress: true, Protocol: 6, PortRange: { From: 443, To: 443 },
              RuleAction: allow, Ipv6CidrBlock: ::/0 }
      `,
    ],
  },
});
