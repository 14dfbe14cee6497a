import { ingressRules, ingressTypes, portsOf, worldRanges } from '../aws/ingress.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { resourceStandard } from '../standard.ts';

const WEB_PORTS = [80, 443];
/** Load balancers, and the endpoints of a VPC, which have no public address. */
const WEB_TYPES = [
  'AWS::EC2::VPCEndpoint',
  'AWS::ElasticLoadBalancing::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
];
/** What hands a group on, so that nobody here knows who uses it. */
const HANDS_ON = /^AWS::(?:CloudFormation|SSM)::|^Custom::/;

export default resourceStandard({
  name: 'open-to-the-world',
  number: 28,
  title: "Open to the world are only a load balancer's ports 80 and 443",
  why: 'Every other open port is found within minutes and tried for ever.',
  remedy: 'Let in a security group or an address range of your own, and put a load balancer in front',
  source: 'VPC User Guide, "Security group rules"; CIS AWS Foundations Benchmark, "Networking"',
  peers: 'cdk-nag EC2RestrictedInbound (EC23) reports load balancers too, and follows no If and no parameter',
  audience: 'everyone',
  severity: 'error',
  applies: ingressTypes,
  *check({ resource, template }) {
    const mayServeTheWeb = mayBeBalancers(groupOf(resource, template), template);
    for (const rule of ingressRules(resource)) {
      const ports = portsOf(rule);
      if (ports === undefined) continue;
      const isWeb = ports !== 'all' && ports.from === ports.to && WEB_PORTS.includes(ports.from);
      if (isWeb && mayServeTheWeb) continue;
      for (const range of worldRanges(rule)) yield { at: range, message: messageFor(ports, isWeb) };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        Office: { Type: String }
      Resources:
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { SecurityGroups: [!GetAtt Web.GroupId] }
        Web:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: web
            SecurityGroupIngress:
              - { IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }
              - { IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIpv6: '::/0' }
        Exported:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: web of others
            SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0 }]
        Admin:
          Type: AWS::EC2::SecurityGroupIngress
          Properties: { GroupId: !Ref Exported, IpProtocol: tcp, FromPort: 8443, ToPort: 8443, CidrIp: !Ref Office }
      `,
      `
      Parameters:
        Port: { Type: Number }
      Resources:
        Pings:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: pings
            SecurityGroupIngress:
              - { IpProtocol: icmp, FromPort: 8, ToPort: -1, CidrIp: 0.0.0.0/0 }
              - { IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: 0.0.0.0/0 }
        OfOthers:
          Type: AWS::EC2::SecurityGroupIngress
          Properties: { GroupId: sg-1, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }
        Named:
          Type: AWS::EC2::SecurityGroupIngress
          Properties: { GroupName: web, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }
        Shared:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: a load balancer and a server
            SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }]
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { SecurityGroups: [!Ref Shared] }
        Server:
          Type: AWS::EC2::Instance
          Properties: { SecurityGroupIds: [!Ref Shared] }
      `,
    ],
    bad: [
      `
      Conditions:
        IsOpen: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Database:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: database
            SecurityGroupIngress:
              - IpProtocol: tcp
                FromPort: 3306
                ToPort: 3306
                CidrIp: !If [IsOpen, 0.0.0.0/0, 10.0.0.0/8] # finding
              - !If
                - IsOpen
                - IpProtocol: '-1'
                  CidrIpv6: ::/0 # finding
                - !Ref AWS::NoValue
        Server:
          Type: AWS::EC2::Instance
          Properties: { SecurityGroupIds: [!Ref Direct] }
        Direct:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: no balancer
            SecurityGroupIngress:
              - IpProtocol: tcp
                FromPort: 443
                ToPort: 443
                CidrIp: 0.0.0.0/0 # finding
      `,
      `
      Resources:
        Server:
          Type: AWS::EC2::Instance
          Properties: { SecurityGroupIds: [!Ref Group] }
        Group:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: a server
            SecurityGroupIngress:
              - IpProtocol: '-1'
                CidrIp: 0.0.0.0/0 # finding: Every port is open to the world
              - IpProtocol: tcp
                FromPort: 80
                ToPort: 443
                CidrIp: 0.0.0.0/0 # finding: Ports 80 to 443 are open to the world
              - IpProtocol: tcp
                FromPort: 8080
                ToPort: 8080
                CidrIp: 0.0.0.0/0 # finding: Port 8080 is open to the world
              - IpProtocol: tcp
                FromPort: 80
                ToPort: 80
                CidrIp: 0.0.0.0/0 # finding: Port 80 is open to the world, and no load balancer uses the group
        Web:
          Type: AWS::EC2::SecurityGroupIngress
          Properties:
            GroupId: !GetAtt Group.GroupId
            IpProtocol: tcp
            FromPort: 443
            ToPort: 443
            CidrIp: 0.0.0.0/0 # finding: no load balancer uses the group
      `,
      `
      Resources:
        Balancer:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { SecurityGroups: [!Ref Group] }
        Group:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: a load balancer
            SecurityGroupIngress:
              - IpProtocol: tcp
                FromPort: 80
                ToPort: 8080
                CidrIp: 0.0.0.0/0 # finding: Ports 80 to 8080 are open to the world
              - IpProtocol: '-1'
                CidrIp: 0.0.0.0/0 # finding: Every port is open to the world
      `,
    ],
  },
});

/** The group that a rule belongs to; undefined where it is none of this template. */
function groupOf(resource: Resource, template: Template): Resource | undefined {
  if (resource.type === 'AWS::EC2::SecurityGroup') return resource;
  const [group] = resource.values('GroupId');
  return group && template.referred(group);
}

/** Whether a load balancer uses the group, or may: outside of this template. */
function mayBeBalancers(group: Resource | undefined, template: Template): boolean {
  if (!group) return true;
  const users = template.referrers(group).filter(({ type }) => !type.startsWith('AWS::EC2::SecurityGroup'));
  return users.length === 0 || users.some(({ type }) => WEB_TYPES.includes(type) || HANDS_ON.test(type));
}

function messageFor(ports: Exclude<ReturnType<typeof portsOf>, undefined>, isWeb: boolean): string {
  if (ports === 'all') return 'Every port is open to the world';
  const which = ports.from === ports.to ? `Port ${ports.from}` : `Ports ${ports.from} to ${ports.to}`;
  const verb = ports.from === ports.to ? 'is' : 'are';
  return `${which} ${verb} open to the world${isWeb ? ', and no load balancer uses the group' : ''}`;
}
