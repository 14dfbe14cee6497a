import { resourceStandard } from '../standard.ts';

const CODE: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'Code',
  'AWS::Lambda::LayerVersion': 'Content',
};
/** The shortest digest that is told from a word: MD5 in hexadecimal digits. */
const DIGEST = /[0-9a-f]{32}/i;

export default resourceStandard({
  name: 'pinned-code',
  number: 49,
  title: "A function's code is named by what is in it",
  why: 'CloudFormation looks at the key alone: new code under the old key is never deployed, or comes with no change at all.',
  remedy: "Put the code's hash into S3Key, or name its S3ObjectVersion",
  source: 'CloudFormation Template Reference, AWS::Lambda::Function Code, "S3ObjectVersion"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: Object.keys(CODE),
  *check({ resource }) {
    const code = CODE[resource.type]!;
    for (const key of resource.values(`${code}.S3Key`)) {
      // A template that is not bound to a host yet has no key.
      if (key.text === undefined || key.is('', 'unbound') || DIGEST.test(key.text)) continue;
      if (resource.values(`${code}.S3ObjectVersion`, key.when).every(({ isAbsent }) => isAbsent))
        yield { at: key, message: 'The key of the code has neither a hash nor a version' };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        Key: { Type: String }
      Conditions:
        Given: !Not [!Equals [!Ref Key, '']]
      Mappings:
        Artifacts:
          router: { Key: unbound }
      Resources:
        Hashed:
          Type: AWS::Lambda::Function
          Properties: { Code: { S3Bucket: code, S3Key: router/0123456789abcdef0123456789abcdef.zip } }
        Versioned:
          Type: AWS::Lambda::LayerVersion
          Properties: { Content: { S3Bucket: code, S3Key: layer.zip, S3ObjectVersion: 3sL4kqtJlcpXroDTDmJ } }
        Chosen:
          Type: AWS::Lambda::Function
          Properties: { Code: { S3Bucket: code, S3Key: !Ref Key } }
        ByParameter:
          Type: AWS::Lambda::Function
          Properties: { Code: { S3Bucket: code, S3Key: router.zip, S3ObjectVersion: !If [Given, !Ref Key, !Ref AWS::NoValue] } }
        Unbound:
          Type: AWS::Lambda::Function
          Properties: { Code: { S3Bucket: code, S3Key: !FindInMap [Artifacts, router, Key] } }
        Inline:
          Type: AWS::Lambda::Function
          Properties: { Code: { ZipFile: 'exports.handler = async () => {}' } }
      `,
    ],
    bad: [
      `
      Resources:
        Function:
          Type: AWS::Lambda::Function
          Properties:
            Code:
              S3Bucket: code
              S3Key: router.zip # finding
        Layer:
          Type: AWS::Lambda::LayerVersion
          Properties:
            Content:
              S3Bucket: code
              S3Key: layers/2.0.zip # finding
      `,
    ],
  },
});
