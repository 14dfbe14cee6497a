import { policiesOf } from '../aws/log-targets.ts';
import { everybodyIn, isAllow, resourceStatements } from '../aws/statements.ts';
import { resourceStandard } from '../standard.ts';

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

export default resourceStandard({
  name: 'no-public-buckets',
  number: 18,
  title: 'A bucket is not open to the public',
  why: 'Open buckets are how most data gets lost to strangers.',
  remedy:
    'Set all four blocks of PublicAccessBlockConfiguration to true, and let a CDN with origin access control serve',
  source: 'S3 User Guide, "Blocking public access to your Amazon S3 storage"',
  peers: 'cdk-nag S3BucketLevelPublicAccessProhibited reports buckets that say nothing, which S3 closes by itself',
  audience: 'everyone',
  severity: 'error',
  applies: ['AWS::S3::Bucket'],
  *check({ resource, template }) {
    // Left out, a new bucket has all four; once the configuration is written, a block that is not is off.
    for (const blocks of resource.values('PublicAccessBlockConfiguration'))
      if (!blocks.isAbsent)
        for (const name of BLOCKS)
          for (const block of blocks.values(name))
            if (block.isNot('true')) yield { at: block, message: `${name} is off` };
    for (const policy of policiesOf(resource, template))
      for (const statement of resourceStatements(policy)) {
        const isUnconditional = statement.values('Condition').every(({ isAbsent }) => isAbsent);
        if (isAllow(statement) && isUnconditional)
          for (const everybody of everybodyIn(statement))
            yield { at: everybody, message: `Everybody is let into ${resource.logicalId}` };
      }
  },
  examples: {
    good: [
      `
      Resources:
        Silent: { Type: AWS::S3::Bucket }
        Explicit:
          Type: AWS::S3::Bucket
          Properties:
            PublicAccessBlockConfiguration:
              { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: 'true' }
        ExplicitPolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Explicit
            PolicyDocument:
              Statement:
                - { Effect: Deny, Principal: '*', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': false } } }
                - { Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': o-1 } } }
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Site: { Type: AWS::S3::Bucket }
        SitePolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Site
            PolicyDocument:
              Statement:
                - Effect: Allow
                  Principal: '*'
                  Action: 's3:GetObject'
                  Condition: !If [Here, !Ref AWS::NoValue, { StringEquals: { 'aws:SourceVpc': vpc-1 } }]
      `,
    ],
    bad: [
      `
      Resources:
        Site:
          Type: AWS::S3::Bucket
          Properties:
            PublicAccessBlockConfiguration: # finding
              BlockPublicAcls: true
              BlockPublicPolicy: false # finding
              IgnorePublicAcls: true
        SitePolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Site
            PolicyDocument:
              Statement:
                - Effect: Allow
                  Principal:
                    AWS: '*' # finding
                  Action: s3:GetObject
                  Resource: !Sub '\${Site.Arn}/*'
      `,
    ],
  },
});
