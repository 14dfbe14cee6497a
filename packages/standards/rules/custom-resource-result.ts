import { customResourcesOf } from '../aws/custom-resources.ts';
import { dependantsOf } from '../aws/dependants.ts';
import type { Resource } from '../model/resource.ts';
import { mayStandTogether } from '../model/together.ts';
import { templateStandard } from '../standard.ts';

/** What custom resources prepare for others, who cannot see that it is prepared. */
const PREPARED = [
  'AWS::DocDB::DBCluster',
  'AWS::DocDB::DBInstance',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
];
/** What works as soon as it is made. */
const WORKERS = ['AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::Instance', 'AWS::ECS::Service'];

export default templateStandard({
  name: 'custom-resource-result',
  number: 59,
  title: 'What works with what a custom resource prepares comes after it',
  why: 'CloudFormation makes at once what is not chained: the service meets a database without its user, or a target group without a load balancer.',
  remedy: 'Name the custom resource in DependsOn, or take one of its attributes',
  source: 'CloudFormation User Guide, "DependsOn attribute"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: 'template',
  *check({ template }) {
    for (const custom of customResourcesOf(template)) {
      const prepared = template.ofType(...PREPARED).filter((one) => template.referrers(one).includes(custom));
      if (prepared.length === 0) continue;
      const before = dependantsOf(custom, template);
      for (const worker of template.ofType(...WORKERS)) {
        // What comes before it, it may well work on itself.
        if (before.has(worker) || dependantsOf(worker, template).has(custom)) continue;
        const shared = prepared.find((one) => dependantsOf(one, template).has(worker));
        if (shared && mayStandTogether(custom.when, worker.when))
          yield { at: worker, resource: worker, message: messageOf(custom, shared) };
      }
    }
  },
  examples: {
    good: [
      `
      Resources:
        Targets: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
        Rule:
          Type: AWS::CloudFormation::CustomResource
          Properties: { ServiceToken: !Ref RuleArn, TargetGroupArn: !Ref Targets }
        Service:
          Type: AWS::ECS::Service
          DependsOn: Rule
          Properties: { LoadBalancers: [{ TargetGroupArn: !Ref Targets }] }
        Other: { Type: AWS::ECS::Service }
        Database: { Type: AWS::RDS::DBInstance }
        Schema:
          Type: Custom::Schema
          Properties: { ServiceToken: !Ref SchemaArn, Host: !GetAtt Database.Endpoint.Address }
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { LaunchTemplate: { LaunchTemplateId: !Ref Template, Version: '1' } }
        Template:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData: { UserData: !Sub '\${Database.Endpoint.Address} \${Schema.User}' }
        Smoke:
          Type: Custom::Smoke
          DependsOn: Servers
          Properties: { ServiceToken: !Ref SchemaArn, Host: !GetAtt Database.Endpoint.Address }
        Empty: { Type: Custom::Empty, Properties: { ServiceToken: !Ref SchemaArn, Bucket: !Ref Bucket } }
        Bucket: { Type: AWS::S3::Bucket }
        Reader: { Type: AWS::EC2::Instance, Properties: { UserData: !Ref Bucket } }
        Tried:
          Type: Custom::Try
          Condition: Tries
          Properties: { ServiceToken: !Ref SchemaArn, Host: !GetAtt Second.Endpoint.Address }
        Second: { Type: AWS::RDS::DBInstance }
        Real:
          Type: AWS::EC2::Instance
          Condition: IsReal
          Properties: { UserData: !GetAtt Second.Endpoint.Address }
      Parameters:
        RuleArn: { Type: String }
        SchemaArn: { Type: String }
        Mode: { Type: String }
      Conditions:
        Tries: !Equals [!Ref Mode, try]
        IsReal: !Not [!Equals [!Ref Mode, try]]
      `,
    ],
    bad: [
      `
      Resources:
        Targets: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
        Rule:
          Type: AWS::CloudFormation::CustomResource
          Properties: { ServiceToken: !Ref GivenArn, TargetGroupArn: !Ref Targets }
        Service: # finding: before Rule has prepared Targets
          Type: AWS::ECS::Service
          Properties: { LoadBalancers: [{ TargetGroupArn: !Ref Targets }] }
        Database: { Type: AWS::RDS::DBCluster }
        Schema:
          Type: Custom::Schema
          Properties: { ServiceToken: !Ref GivenArn, Host: !GetAtt Database.Endpoint.Address }
        Worker: # finding: before Schema has prepared Database
          Type: AWS::ECS::Service
          Properties: { TaskDefinition: !Ref Task }
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties:
            ContainerDefinitions: [{ Environment: [{ Name: HOST, Value: !GetAtt Database.Endpoint.Address }] }]
      Parameters:
        GivenArn: { Type: String }
      `,
    ],
  },
});

function messageOf(custom: Resource, prepared: Resource): string {
  return `It may work before ${custom.logicalId} has prepared ${prepared.logicalId}`;
}
