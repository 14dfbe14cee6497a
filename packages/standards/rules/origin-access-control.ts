import type { Template } from '../model/template.ts';
import { mayStandTogether } from '../model/together.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'origin-access-control',
  number: 23,
  title: 'A distribution reads its buckets by origin access control',
  why: 'Without it the bucket is open to everybody; the older identity cannot read what a KMS key encrypts.',
  remedy:
    'Add an AWS::CloudFront::OriginAccessControl, name it in OriginAccessControlId, leave S3OriginConfig empty, and let cloudfront.amazonaws.com read in the bucket policy with AWS:SourceArn',
  source: 'CloudFront Developer Guide, "Restrict access to an Amazon S3 origin"',
  peers:
    'cdk-nag CloudFrontDistributionS3OriginAccessControl (CFR7) sees only buckets of the template, and follows no If',
  audience: 'everyone',
  severity: 'warning',
  applies: ['AWS::CloudFront::Distribution'],
  *check({ resource, template }) {
    for (const origin of resource.values('DistributionConfig.Origins.*'))
      for (const control of origin.values('OriginAccessControlId'))
        for (const bucket of origin.values('S3OriginConfig')) {
          if (bucket.kind !== 'map' || !control.isAbsent || !mayStandTogether(control.when, bucket.when)) continue;
          for (const identity of bucket.values('OriginAccessIdentity')) {
            if (!mayStandTogether(control.when, identity.when)) continue;
            if (identity.isAbsent || identity.is(''))
              yield { at: identity, message: 'The bucket must be open to everybody' };
            else if (isNamed(identity, template))
              yield {
                at: identity,
                message: 'An origin access identity is what there was before origin access control',
              };
          }
        }
  },
  examples: {
    good: [
      `
      Parameters:
        OtherSite: { Type: String, Default: '' }
      Conditions:
        Own: !Equals [!Ref OtherSite, '']
      Resources:
        Site:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig:
              Origins:
                - Id: bucket
                  DomainName: !GetAtt Bucket.RegionalDomainName
                  OriginAccessControlId: !GetAtt Control.Id
                  S3OriginConfig: { OriginAccessIdentity: '' }
                - Id: server
                  DomainName: !If [Own, !GetAtt Bucket.RegionalDomainName, !Ref OtherSite]
                  OriginAccessControlId: !If [Own, !GetAtt Control.Id, !Ref AWS::NoValue]
                  S3OriginConfig: !If [Own, {}, !Ref AWS::NoValue]
                  CustomOriginConfig: !If [Own, !Ref AWS::NoValue, { OriginProtocolPolicy: https-only }]
        Bucket: { Type: AWS::S3::Bucket }
        Control: { Type: AWS::CloudFront::OriginAccessControl }
      `,
      `
      Parameters:
        Identity: { Type: String, Default: origin-access-identity/cloudfront/E1 }
      Resources:
        Site:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig:
              Origins:
                - Id: unknown
                  DomainName: !GetAtt Bucket.RegionalDomainName
                  S3OriginConfig: { OriginAccessIdentity: !ImportValue identity }
                - Id: old-by-default
                  DomainName: !GetAtt Bucket.RegionalDomainName
                  S3OriginConfig: { OriginAccessIdentity: !Ref Identity }
        Bucket: { Type: AWS::S3::Bucket }
      `,
    ],
    bad: [
      `
      Conditions:
        Controlled: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Site:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig:
              Origins:
                - Id: old
                  DomainName: !GetAtt Bucket.RegionalDomainName
                  S3OriginConfig:
                    OriginAccessIdentity: !Sub 'origin-access-identity/cloudfront/\${Identity}' # finding
                - Id: open
                  DomainName: !GetAtt Bucket.RegionalDomainName
                  S3OriginConfig: {} # finding
                - Id: empty
                  DomainName: !GetAtt Bucket.RegionalDomainName
                  S3OriginConfig:
                    OriginAccessIdentity: '' # finding
                - Id: sometimes
                  DomainName: !GetAtt Bucket.RegionalDomainName
                  OriginAccessControlId: !If [Controlled, !GetAtt Control.Id, !Ref AWS::NoValue]
                  S3OriginConfig:
                    OriginAccessIdentity: !If
                      - Controlled
                      - ''
                      - origin-access-identity/cloudfront/E127EXAMPLE51Z # finding
        Bucket: { Type: AWS::S3::Bucket }
        Control: { Type: AWS::CloudFront::OriginAccessControl }
        Identity: { Type: AWS::CloudFront::CloudFrontOriginAccessIdentity }
      `,
      `
      Resources:
        Site:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig:
              Origins:
                - Id: open
                  DomainName: data.s3.amazonaws.com
                  S3OriginConfig:
                    OriginAccessIdentity: '' # finding: must be open to everybody
                - Id: silent
                  DomainName: data.s3.amazonaws.com
                  S3OriginConfig: {} # finding: must be open to everybody
                - Id: old
                  DomainName: data.s3.amazonaws.com
                  S3OriginConfig:
                    OriginAccessIdentity: !Ref Identity # finding: was before origin access control
        Identity: { Type: AWS::CloudFront::CloudFrontOriginAccessIdentity }
      `,
    ],
  },
});

/** That it is one, and not a parameter which may be empty, or its default. */
function isNamed(identity: Value, template: Template): boolean {
  if (identity.kind === 'unknown' || identity.parameter !== undefined) return false;
  return identity.reference === undefined || template.referred(identity) !== undefined;
}
