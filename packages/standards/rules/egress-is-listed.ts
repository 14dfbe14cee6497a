import { egressRules, egressTypes, portsOf, worldRanges } from '../aws/ingress.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'egress-is-listed',
  number: 62,
  title: 'A security group lists where its members may connect to',
  why: 'What has been broken into fetches its tools and sends its loot over the egress that nobody needed.',
  remedy: 'List SecurityGroupEgress by port, to security groups, prefix lists or the ranges that are needed',
  source: 'VPC User Guide, "Security group rules", Default rules',
  peers: 'none: cdk-nag looks at ingress',
  audience: 'house',
  severity: 'warning',
  applies: egressTypes,
  *check({ resource }) {
    if (resource.type === 'AWS::EC2::SecurityGroup')
      for (const egress of resource.values('SecurityGroupEgress'))
        if (egress.isAbsent) yield { at: egress, message: 'Without a list, everything may go out' };
    for (const rule of egressRules(resource))
      if (portsOf(rule) === 'all')
        for (const range of worldRanges(rule)) yield { at: range, message: 'Everything may go out' };
  },
  examples: {
    good: [
      `
      Resources:
        Web:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: web
            SecurityGroupEgress: [{ IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }]
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::EC2::SecurityGroup
          Properties: { GroupDescription: web }
        Open:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: web
            SecurityGroupEgress:
              - IpProtocol: -1
                CidrIp: 0.0.0.0/0 # finding
        More:
          Type: AWS::EC2::SecurityGroupEgress
          Properties:
            IpProtocol: -1
            CidrIpv6: ::/0 # finding
      `,
    ],
  },
});
