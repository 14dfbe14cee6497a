import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'ecr-immutable-tags',
  number: 48,
  title: 'A tag in a private registry names one image for ever',
  why: 'Whoever may push could put another image under a tag that others have tested and run.',
  remedy: 'Set ImageTagMutability: IMMUTABLE, or IMMUTABLE_WITH_EXCLUSION with filters for the tags that move',
  source: 'ECR User Guide, "Preventing image tags from being overwritten in Amazon ECR"; Security Hub, ECR.2',
  peers: 'none: cdk-nag looks at repository policies alone, cfn_nag at scans',
  audience: 'everyone',
  severity: 'warning',
  applies: ['AWS::ECR::Repository'],
  *check({ resource }) {
    for (const mutability of resource.values('ImageTagMutability'))
      if (mutability.isNot('IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION'))
        yield { at: mutability, message: 'A tag can be moved to another image' };
  },
  examples: {
    good: [
      `
      Resources:
        Strict:
          Type: AWS::ECR::Repository
          Properties: { ImageTagMutability: IMMUTABLE }
        Filtered:
          Type: AWS::ECR::Repository
          Properties:
            ImageTagMutability: IMMUTABLE_WITH_EXCLUSION
            ImageTagMutabilityExclusionFilters:
              - { ImageTagMutabilityExclusionFilterType: WILDCARD, ImageTagMutabilityExclusionFilterValue: 'dev-*' }
        Public: { Type: AWS::ECR::PublicRepository }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::ECR::Repository
        Loose:
          Type: AWS::ECR::Repository
          Properties:
            ImageTagMutability: MUTABLE # finding
      `,
    ],
  },
});
