import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'vpc-flow-logs',
  number: 47,
  title: 'A VPC has flow logs',
  why: 'They are the only record of who connected to what, and cannot be had afterwards.',
  remedy: 'Add an AWS::EC2::FlowLog with ResourceType: VPC and ResourceId: !Ref <the VPC>',
  source: 'VPC User Guide, "Logging IP traffic using VPC Flow Logs"',
  peers: 'cdk-nag VPCFlowLogsEnabled (VPC7) looks for an id, not through conditions',
  audience: 'everyone',
  severity: 'warning',
  applies: ['AWS::EC2::VPC'],
  *check({ resource, template }) {
    if (!template.isComplete) return;
    const isLogged = template
      .ofType('AWS::EC2::FlowLog')
      .flatMap((log) => log.values('ResourceId'))
      .some((id) => id.kind === 'unknown' || template.referred(id) === resource);
    if (!isLogged) yield { at: resource, message: 'The template makes no flow logs of the VPC' };
  },
  examples: {
    good: [
      `
      Resources:
        Vpc:
          Type: AWS::EC2::VPC
          Properties: { CidrBlock: 10.0.0.0/16 }
        Logs:
          Type: AWS::EC2::FlowLog
          Properties: { ResourceType: VPC, ResourceId: !Ref Vpc, TrafficType: ALL }
      `,
      `
      Resources:
        Fn::Transform: { Name: AWS::Include, Parameters: { Location: 's3://bucket/resources.yaml' } }
        Vpc: { Type: AWS::EC2::VPC }
      `,
      `
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
        Other: { Type: AWS::EC2::FlowLog, Properties: { ResourceType: VPC, ResourceId: vpc-1 } }
        Logs: { Type: AWS::EC2::FlowLog, Properties: { ResourceType: VPC, ResourceId: !Select [0, [!Ref Vpc]] } }
      `,
    ],
    bad: [
      `
      Resources:
        Vpc:
          Type: AWS::EC2::VPC
          Properties: { CidrBlock: 10.0.0.0/16 }
        Other: # finding
          Type: AWS::EC2::VPC
          Properties: { CidrBlock: 10.1.0.0/16 }
        Logs:
          Type: AWS::EC2::FlowLog
          Properties: { ResourceType: VPC, ResourceId: !Ref Vpc, TrafficType: ALL }
      `,
    ],
  },
});
