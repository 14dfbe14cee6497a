import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'ecr-lifecycle',
  number: 48,
  title: 'A private registry forgets old images',
  why: 'Every build adds an image that is paid for each month and that nobody will run again.',
  remedy: 'Set LifecyclePolicy.LifecyclePolicyText to rules that expire untagged and superseded images',
  source:
    'ECR User Guide, "Automate the cleanup of images by using lifecycle policies in Amazon ECR"; Security Hub, ECR.3',
  peers: 'none',
  audience: 'everyone',
  severity: 'note',
  applies: ['AWS::ECR::Repository'],
  *check({ resource }) {
    const policies = resource.values('LifecyclePolicy.LifecyclePolicyText');
    if (policies.every(({ isAbsent }) => isAbsent))
      yield { at: policies[0]!, message: 'The repository keeps every image for ever' };
  },
  examples: {
    good: [
      `
      Conditions:
        Tidied: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Sometimes:
          Type: AWS::ECR::Repository
          Properties: { LifecyclePolicy: !If [Tidied, { LifecyclePolicyText: '{"rules":[]}' }, !Ref AWS::NoValue] }
        Tidy:
          Type: AWS::ECR::Repository
          Properties: { LifecyclePolicy: { LifecyclePolicyText: '{"rules":[]}' } }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::ECR::Repository
        Other:
          Type: AWS::ECR::Repository
          Properties:
            LifecyclePolicy: # finding
              RegistryId: '123456789012'
      `,
    ],
  },
});
