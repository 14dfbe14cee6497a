import { ingressRules, ingressTypes, portsOf } from '../aws/ingress.ts';
import { resourceStandard } from '../standard.ts';

const LOGINS = [
  { port: 22, name: 'SSH' },
  { port: 3389, name: 'Remote Desktop' },
];

export default resourceStandard({
  name: 'no-remote-login',
  number: 29,
  title: 'Nobody logs in over SSH or Remote Desktop',
  why: 'Session Manager needs no open port, no key pair and no bastion, and writes down who did what.',
  remedy: 'Remove the rule and use Session Manager',
  source: 'Systems Manager User Guide, "AWS Systems Manager Session Manager"',
  peers: 'cdk-nag EC2RestrictedSSH looks at rules for the whole world alone',
  audience: 'house',
  severity: 'error',
  applies: ingressTypes,
  *check({ resource }) {
    for (const rule of ingressRules(resource)) {
      const ports = portsOf(rule);
      if (ports === undefined || ports === 'all') continue;
      // A wide range between security groups is about something else, such as a load balancer's targets.
      const isRange = ports.from !== ports.to;
      if (isRange && rule.values('SourceSecurityGroupId').some(({ isAbsent }) => !isAbsent)) continue;
      for (const { port, name } of LOGINS)
        if (ports.from <= port && port <= ports.to)
          for (const at of rule.values('FromPort')) yield { at, message: `Port ${port} lets in ${name}` };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Web:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: web
            SecurityGroupIngress:
              - { IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/8 }
              - { IpProtocol: tcp, FromPort: 1, ToPort: 65535, SourceSecurityGroupId: sg-1 }
      `,
      `
      Parameters:
        Port: { Type: Number }
      Resources:
        Web:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: web
            SecurityGroupIngress:
              - { IpProtocol: icmp, FromPort: 8, ToPort: -1, CidrIp: 10.0.0.0/8 }
              - { IpProtocol: '-1', CidrIp: 10.0.0.0/8 }
              - { IpProtocol: tcp, FromPort: !Ref Port, ToPort: 22, CidrIp: 10.0.0.0/8 }
              - !ImportValue rule
      `,
    ],
    bad: [
      `
      Resources:
        Bastion:
          Type: AWS::EC2::SecurityGroup
          Properties:
            GroupDescription: bastion
            SecurityGroupIngress:
              - IpProtocol: tcp
                FromPort: 22 # finding
                ToPort: 22
                CidrIp: 10.0.0.0/8
        Desktop:
          Type: AWS::EC2::SecurityGroupIngress
          Properties:
            IpProtocol: tcp
            FromPort: 3000 # finding
            ToPort: 4000
            CidrIp: 10.0.0.0/8
        Jump:
          Type: AWS::EC2::SecurityGroupIngress
          Properties:
            IpProtocol: tcp
            FromPort: 22 # finding
            ToPort: 22
            SourceSecurityGroupId: sg-1
      `,
      `
      Resources:
        Desktop:
          Type: AWS::EC2::SecurityGroupIngress
          Properties:
            IpProtocol: tcp
            FromPort: 3389 # finding: Remote Desktop
            ToPort: 3389
            CidrIp: 10.0.0.0/8
      `,
    ],
  },
});
