import { takesResource } from './actions-without-resource.ts';

describe('takesResource', () => {
  it.each([
    ['s3:GetObject', true],
    ['S3:GETOBJECT', true],
    ['s3:ListAllMyBuckets', false],
    ['s3:ListBucket', true],
    ['ec2:DescribeInstances', false],
    ['ec2:DescribeImageAttribute', true],
    ['ec2:DeleteVpc', true],
    ['ec2:CreateDefaultVpc', false],
    ['ec2:CreateDefaultVpcs', true],
    ['ssmmessages:OpenDataChannel', false],
    ['sns:Publish', false],
    ['sns:PublishBatch', true],
  ])('knows of %s', (action, expected) => {
    expect(takesResource(action)).toBe(expected);
  });

  it.each(['unheard:Of', 's3:Get*', 's3:GetObjec?', '*', 's3:', 's3', ''])('says nothing of %s', (action) => {
    expect(takesResource(action)).toBeUndefined();
  });
});
