import {
  type AclEntry,
  aclType,
  type Direction,
  directions,
  EPHEMERAL,
  entriesOf,
  families,
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
      `
      Conditions:
        Denied: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Acl: { Type: AWS::EC2::NetworkAcl }
        PerhapsIn:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 100, Protocol: 6, PortRange: { From: 443, To: 443 },
              RuleAction: !If [Denied, deny, allow], CidrBlock: 0.0.0.0/0 }
        AnyIn:
          Type: AWS::EC2::NetworkAclEntry
          Properties: { NetworkAclId: !Ref Acl, RuleNumber: 110, Protocol: -1, RuleAction: allow, CidrBlock: 10.0.0.0/8 }
        ManyIn:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 120, Protocol: 6, PortRange: { From: 1000, To: 1024 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        EitherWay:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 130, Egress: !If [Denied, true, false], Protocol: 6,
              PortRange: { From: 22, To: 22 }, RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        EitherFamily:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Acl, RuleNumber: 140, Protocol: 6, PortRange: { From: 22, To: 22 }, RuleAction: allow,
              CidrBlock: !If [Denied, 10.0.0.0/8, !Ref AWS::NoValue],
              Ipv6CidrBlock: !If [Denied, !Ref AWS::NoValue, ::/0] }
        Just: { Type: AWS::EC2::NetworkAcl }
        JustIn:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Just, RuleNumber: 100, Protocol: 6, PortRange: { From: 80, To: 443 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
        JustOut:
          Type: AWS::EC2::NetworkAclEntry
          Properties:
            { NetworkAclId: !Ref Just, RuleNumber: 100, Egress: true, Protocol: 6, PortRange: { From: 0, To: 1024 },
              RuleAction: allow, CidrBlock: 0.0.0.0/0 }
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

/** Whether an entry is certainly for connections to a service, not for answers: TCP to one port, or to low ones. */
function isRequest({ ports, isTcpAlone, mayDeny, directions: ways, families: kinds }: AclEntry): boolean {
  if (!isTcpAlone || mayDeny || ways.size !== 1 || kinds.size !== 1) return false;
  return typeof ports === 'object' && (ports.from === ports.to || ports.to < EPHEMERAL.from);
}

/** Whether answers may pass: they go to any high port, so that one port alone is for something else. */
function mayAnswer({ ports }: AclEntry): boolean {
  return typeof ports !== 'object' || (ports.from < ports.to && ports.to >= EPHEMERAL.from);
}
