import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

/** What anybody can know or guess of a stack. */
const GUESSABLE = new Set(['AWS::AccountId', 'AWS::Partition', 'AWS::Region']);
const CODE: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'Code.S3Bucket',
  'AWS::Lambda::LayerVersion': 'Content.S3Bucket',
};

export default resourceStandard({
  name: 'no-predictable-bucket-names',
  number: 64,
  title: 'No bucket has a name that somebody else could register first',
  why: 'Bucket names are global: whoever guesses one for a region that is not in use yet gets the data, or plants the code.',
  remedy: 'Leave the name out, or use BucketNamePrefix with BucketNamespace: account-regional',
  source: 'S3 User Guide, "Namespaces for general purpose buckets" and "Bucket naming rules"',
  peers: 'none',
  audience: 'everyone',
  severity: 'warning',
  applies: ['AWS::S3::Bucket', ...Object.keys(CODE)],
  *check({ resource }) {
    const code = CODE[resource.type];
    if (code !== undefined) {
      // A bucket of code by its one literal name is registered already; one for each region may not be.
      for (const name of resource.values(code))
        if (name.mentions('AWS::Region') && isGuessable(name))
          yield { at: name, message: 'Anybody can register the bucket of the code in a region without one' };
      return;
    }
    for (const name of resource.values('BucketName'))
      if (name.kind === 'text' && name.parameter === undefined && isGuessable(name))
        yield { at: name, message: 'Anybody can guess the name and register it first' };
  },
  examples: {
    good: [
      `
      Parameters:
        Name: { Type: String, Default: data }
      Resources:
        Silent: { Type: AWS::S3::Bucket }
        Chosen:
          Type: AWS::S3::Bucket
          Properties: { BucketName: !Ref Name }
        OwnNamespace:
          Type: AWS::S3::Bucket
          Properties: { BucketNamePrefix: data, BucketNamespace: account-regional }
        Function:
          Type: AWS::Lambda::Function
          Properties: { Code: { S3Bucket: my-code, S3Key: code.zip } }
      `,
      `
      Parameters:
        Prefix: { Type: String }
      Resources:
        Data:
          Type: AWS::S3::Bucket
          Properties: { BucketName: !Sub '\${Prefix}-\${AWS::Region}' }
        Sealed:
          Type: AWS::S3::Bucket
          Properties: { BucketName: !Join ['-', [data, !ImportValue suffix]] }
        Function:
          Type: AWS::Lambda::Function
          Properties: { Code: { S3Bucket: !Sub '\${Prefix}-\${AWS::Region}', S3Key: code.zip } }
      `,
    ],
    bad: [
      `
      Resources:
        Data:
          Type: AWS::S3::Bucket
          Properties:
            BucketName: !Sub 'data-\${AWS::AccountId}-\${AWS::Region}' # finding
        Literal:
          Type: AWS::S3::Bucket
          Properties:
            BucketName: my-data # finding
        Function:
          Type: AWS::Lambda::Function
          Properties:
            Code:
              S3Bucket: !Sub 'code-\${AWS::Region}' # finding
              S3Key: code.zip
      `,
    ],
  },
});

function isGuessable(name: Value): boolean {
  return name.parts.every((part) => typeof part === 'string' || GUESSABLE.has(part.target ?? ''));
}
