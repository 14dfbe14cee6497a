import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'distribution-waf',
  number: 20,
  title: 'A web ACL stands in front of a distribution',
  why: 'What passes the CDN reaches the origin, and attacks are cheapest to stop at the edge.',
  remedy: 'Set DistributionConfig.WebACLId to the ARN of a WAFv2 web ACL of scope CLOUDFRONT, made in us-east-1',
  source:
    'CloudFormation Template Reference, AWS::CloudFront::Distribution DistributionConfig, "WebACLId"; Security Hub, CloudFront.6',
  peers: 'cdk-nag CloudFrontDistributionWAFIntegration (CFR2) takes WAF Classic and an ACL of the wrong scope',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::CloudFront::Distribution'],
  *check({ resource, template }) {
    const acls = resource.values('DistributionConfig.WebACLId');
    if (acls.every((acl) => acl.isAbsent || acl.is('')))
      yield { at: acls[0]!, message: 'No web ACL stands in front of the distribution' };
    for (const acl of acls) {
      // Only WAF Classic goes by an id; the default of a parameter may be anything that is to be replaced.
      if (acl.text !== undefined && acl.parameter === undefined && !/^(?:arn:|$)/.test(acl.text))
        yield { at: acl, message: 'The web ACL is one of WAF Classic' };
      if (
        template
          .referred(acl)
          ?.values('Scope')
          .every((scope) => scope.is('REGIONAL'))
      )
        yield { at: acl, message: 'A web ACL of scope REGIONAL protects no distribution' };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        WebAclArn: { Type: String, Default: '' }
      Conditions:
        Protected: !Not [!Equals [!Ref WebAclArn, '']]
      Resources:
        Site:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig: { WebACLId: !If [Protected, !Ref WebAclArn, !Ref AWS::NoValue] }
        Other:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig: { WebACLId: !GetAtt Acl.Arn }
        Acl:
          Type: AWS::WAFv2::WebACL
          Properties: { Scope: CLOUDFRONT }
      `,
      `
      Parameters:
        Scope: { Type: String }
      Conditions:
        Regional: !Equals [!Ref AWS::Region, eu-west-1]
      Resources:
        Undecided:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig: { WebACLId: !GetAtt Acl.Arn }
        Acl:
          Type: AWS::WAFv2::WebACL
          Properties: { Scope: !If [Regional, REGIONAL, !Ref Scope] }
      `,
      `
      Parameters:
        Acl: { Type: String, Default: to-be-given }
      Resources:
        Chosen: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { WebACLId: !Ref Acl } } }
      `,
    ],
    bad: [
      `
      Resources:
        Bare:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig: # finding
              Enabled: true
        Classic:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig:
              WebACLId: a1b2c3d4-5678-90ab-cdef-EXAMPLE11111 # finding
        Regional:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig:
              WebACLId: !GetAtt Acl.Arn # finding
        Acl:
          Type: AWS::WAFv2::WebACL
          Properties: { Scope: REGIONAL }
      `,
      `
      Resources:
        Empty:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig:
              WebACLId: '' # finding: No web ACL stands in front
      `,
    ],
  },
});
