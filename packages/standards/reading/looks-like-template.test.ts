import { looksLikeTemplate } from './looks-like-template.ts';

describe('looksLikeTemplate', () => {
  it.each([
    "AWSTemplateFormatVersion: '2010-09-09'",
    '{"AWSTemplateFormatVersion" : "2010-09-09"}',
    "# first\n'AWSTemplateFormatVersion': x",
    'Resources:\n  A:\n    Type: AWS::SNS::Topic',
    'Resources :\n  A:\n    \'Type\' : "Custom::Mine"',
    '{"Resources":{"A":{"Type":"AWS::SNS::Topic"}}}',
    '{Resources: {A: {Type: AWS::S3::Bucket}}}',
  ])('knows %j', (text) => {
    expect(looksLikeTemplate(text)).toBe(true);
  });

  it.each([
    '',
    'name: check',
    'NotAWSTemplateFormatVersion: x',
    'AWSTemplateFormatVersion2: x',
    'AWSTemplateFormatVersion x',
    'Resources:\n  A: 1',
    'Resources:\n  A: { Type: string }',
    'Resources:\n  A: { Type: AWS }',
    'Resources:\n  A: { Type: AWS:: }',
    'Resources:\n  A: { Type: MyAWS::SNS::Topic }',
    'Resources:\n  A: { ResourceType: AWS::SNS::Topic }',
    'MyResources:\n  A: { Type: AWS::SNS::Topic }',
    'Type: AWS::SNS::Topic',
    'Resources2: { A: { Type: AWS::SNS::Topic } }',
  ])('passes over %j', (text) => {
    expect(looksLikeTemplate(text)).toBe(false);
  });
});
