import { requiredCapabilities } from './capabilities.ts';

it('asks for a word of consent only where a template touches permissions', () => {
  expect(requiredCapabilities(['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::IAM::OIDCProvider'])).toEqual([]);
  expect(requiredCapabilities(['AWS::S3::Bucket', 'AWS::IAM::Role'])).toEqual(['CAPABILITY_NAMED_IAM']);
});
