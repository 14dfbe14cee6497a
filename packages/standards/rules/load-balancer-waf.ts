import { balancerType, isBalancer } from '../aws/load-balancers.ts';
import { perTemplate } from '../model/per-template.ts';
import { resourceStandard } from '../standard.ts';

const ASSOCIATION = 'AWS::WAFv2::WebACLAssociation';

/** Whether a web ACL stands in front of something that only the stack knows. */
const protectsUnknown = perTemplate((template) =>
  template
    .ofType(ASSOCIATION)
    .some((association) => association.values('ResourceArn').some(({ kind }) => kind === 'unknown')),
);

export default resourceStandard({
  name: 'load-balancer-waf',
  number: 20,
  title: 'A web ACL stands in front of a load balancer that the world can reach',
  why: 'The first line against floods, scanners and known attacks is otherwise the application itself.',
  remedy: 'Add an AWS::WAFv2::WebACLAssociation of the load balancer with a web ACL of scope REGIONAL',
  source: 'CloudFormation Template Reference, "AWS::WAFv2::WebACLAssociation"; Security Hub, ELB.16',
  peers:
    'cdk-nag ALBWAFEnabled (NIST and PCI packs) reports internal load balancers, and takes an ACL of the wrong scope',
  audience: 'house',
  severity: 'warning',
  applies: [balancerType, ASSOCIATION],
  *check({ resource, template }) {
    if (resource.type === ASSOCIATION) {
      for (const arn of resource.values('WebACLArn'))
        if (
          template
            .referred(arn)
            ?.values('Scope')
            .every((scope) => scope.is('CLOUDFRONT'))
        )
          yield { at: arn, message: 'A web ACL of scope CLOUDFRONT protects no load balancer' };
      return;
    }
    if (!template.isComplete || !isBalancer(resource, 'application')) return;
    if (resource.values('Scheme').some((scheme) => !scheme.isNot('internal'))) return;
    const isProtected = template
      .referrers(resource)
      .filter(({ type }) => type === ASSOCIATION)
      .some((association) => association.values('ResourceArn').some((arn) => template.referred(arn) === resource));
    if (!isProtected && !protectsUnknown(template))
      yield { at: resource, message: 'No web ACL stands in front of the load balancer' };
  },
  examples: {
    good: [
      `
      Parameters:
        WebAclArn: { Type: String, Default: '' }
        Scheme: { Type: String }
      Conditions:
        Protected: !Not [!Equals [!Ref WebAclArn, '']]
      Resources:
        Web: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Protection:
          Type: AWS::WAFv2::WebACLAssociation
          Condition: Protected
          Properties: { ResourceArn: !Ref Web, WebACLArn: !Ref WebAclArn }
        Inside:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Scheme: internal }
        Chosen:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Scheme: !Ref Scheme }
        Connections:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Type: network }
      `,
      `
      Parameters:
        Scope: { Type: String }
      Conditions:
        Inside: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Chosen:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Scheme: !If [Inside, internal, internet-facing] }
        One: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Other: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Protection:
          Type: AWS::WAFv2::WebACLAssociation
          Properties: { ResourceArn: !If [Inside, !Ref One, !Ref Other], WebACLArn: !GetAtt Acl.Arn }
        Acl:
          Type: AWS::WAFv2::WebACL
          Properties: { Scope: !If [Inside, CLOUDFRONT, !Ref Scope] }
      `,
      `
      Resources:
        Any: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Protection:
          Type: AWS::WAFv2::WebACLAssociation
          Properties: { ResourceArn: !Select [0, !Split [',', !Ref Any]], WebACLArn: !ImportValue acl }
      `,
      `
      Parameters:
        Arn: { Type: String }
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Any: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Protection:
          Type: AWS::WAFv2::WebACLAssociation
          Properties: { ResourceArn: !If [Here, !Ref Arn, !ImportValue balancer], WebACLArn: !ImportValue acl }
        OfAnApi:
          Type: AWS::WAFv2::WebACLAssociation
          Properties: { ResourceArn: !Ref Arn, WebACLArn: !ImportValue acl }
      `,
    ],
    bad: [
      `
      Resources:
        Bare: # finding
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Scheme: internet-facing }
        Web: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Acl:
          Type: AWS::WAFv2::WebACL
          Properties: { Scope: CLOUDFRONT }
        Protection:
          Type: AWS::WAFv2::WebACLAssociation
          Properties:
            ResourceArn: !Ref Web
            WebACLArn: !GetAtt Acl.Arn # finding
      `,
      `
      Resources:
        Web: # finding
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
        Listener:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Web, ResourceArn: !Ref Web }
        OfAnother:
          Type: AWS::WAFv2::WebACLAssociation
          Properties: { ResourceArn: !Sub '\${Web}/other', WebACLArn: !ImportValue acl }
      `,
    ],
  },
});
