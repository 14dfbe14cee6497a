import { CfnSubnet } from 'aws-cdk-lib/aws-ec2';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { when } from '../definition/flag.ts';
import { output } from '../definition/output.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';
import type { Template } from '../definition/upstream.ts';
import { governor, keys, listenerRule, network } from '../testing/upstreams.ts';
import { synthesise } from './synthesise.ts';

interface Section {
  readonly [logicalId: string]: { readonly Type: string; readonly [attribute: string]: unknown };
}
const resourcesOf = (template: Template): Section => synthesise(template).template.Resources as Section;
const base = { name: 'test/template', summary: 'A template' };

describe('synthesise', () => {
  const template = defineTemplate({
    ...base,
    parameters: {
      ...param.allFrom(network, ['VpcId', 'Zone1', 'Zone2', 'Zone3']),
      KeyArn: param.recommendedFrom(keys, 'KeyArn'),
      Audit: param.flag({ description: 'Keeps everything' }),
    },
    outputs: { SubnetIds: output.subnetIds('Subnets'), KeyArn: output.keyArn.orEmpty('The key in use') },
    build({ scope, params, perZone, lambdaFunction, bucket }) {
      const subnets = perZone(
        params,
        ({ scope, index, name }) =>
          new CfnSubnet(scope, 'Server', {
            vpcId: params.VpcId,
            availabilityZone: name,
            cidrBlock: `10.0.${index}.0/24`,
          }),
      );
      lambdaFunction('Governor', governor, {
        environment: { MODE: when(params.Audit, 'all', 'some') },
        grants: { governed: ['arn:x'], listing: ['*'] },
        logs: { retentionInDays: 30, key: params.KeyArn },
      });
      bucket('Data', { purpose: 'data', key: params.KeyArn, accessLogs: 'logs' });
      new CfnRole(scope, 'Plain', { assumeRolePolicyDocument: {} });
      return { SubnetIds: subnets.list((subnet) => subnet.ref), KeyArn: params.KeyArn.orEmpty };
    },
  });

  it('gives the same bytes each time', () => {
    expect(synthesise(template).yaml).toBe(synthesise(template).yaml);
  });

  it('writes plain CloudFormation: no bootstrap, no asset, no path, no hash in a logical id', () => {
    const { yaml, template: json } = synthesise(template);
    expect(Object.keys(json.Resources as object)).toEqual([
      'Zone1Server',
      'Zone2Server',
      'Zone3Server',
      'GovernorLogs',
      'GovernorRole',
      'Governor',
      'Data',
      'DataPolicy',
      'Plain',
    ]);
    expect(yaml).not.toMatch(/BootstrapVersion|CDKMetadata|aws:cdk|asset/i);
    expect(yaml).toContain('VpcId: !Ref VpcId');
    expect(yaml).toContain('S3Key: !FindInMap [Artifacts, test-governor, Key]');
  });

  it('makes what belongs to a third zone only where there is one', () => {
    const resources = resourcesOf(template);
    expect(resources.Zone3Server).toMatchObject({ Condition: 'Zone3Given' });
    expect(resources.Zone2Server).not.toHaveProperty('Condition');
    expect((synthesise(template).template.Outputs as Section).SubnetIds).toMatchObject({
      Value: {
        'Fn::Join': [
          ',',
          {
            'Fn::If': [
              'Zone3Given',
              [{ Ref: 'Zone1Server' }, { Ref: 'Zone2Server' }, { Ref: 'Zone3Server' }],
              [{ Ref: 'Zone1Server' }, { Ref: 'Zone2Server' }],
            ],
          },
        ],
      },
    });
  });

  it('puts log groups under the logs store of their environment, with their own retention', () => {
    const tags = (resourcesOf(template).GovernorLogs as unknown as { Properties: { Tags: unknown } }).Properties.Tags;
    expect(tags).toEqual([
      { Key: 'bitclouded:logs', Value: 'governed' },
      { Key: 'bitclouded:retention-days', Value: '30' },
    ]);
  });

  it('gives every role its permissions boundary, also one that was made by hand', () => {
    const { template: json } = synthesise(template);
    const boundary = {
      'Fn::If': ['PermissionsBoundaryArnGiven', { Ref: 'PermissionsBoundaryArn' }, { Ref: 'AWS::NoValue' }],
    };
    for (const role of Object.values(json.Resources as Section).filter(({ Type }) => Type === 'AWS::IAM::Role'))
      expect(role.Properties).toMatchObject({ PermissionsBoundary: boundary });
    expect(json.Parameters).toMatchObject({ PermissionsBoundaryArn: { Type: 'String', Default: '' } });
  });

  it('keeps what holds data, and lets a function’s own log group go', () => {
    const resources = resourcesOf(template);
    expect(resources.Data).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(resources.GovernorLogs).toMatchObject({ DeletionPolicy: 'Delete' });
    expect(
      synthesise(template)
        .interface.resources.filter(({ stateful }) => stateful)
        .map(({ logicalId }) => logicalId),
    ).toEqual(['Data']);
  });

  it('lets a function write to its own log group and do what its definition says, and no more', () => {
    const { Properties } = resourcesOf(template).GovernorRole as unknown as {
      Properties: { Policies: { PolicyDocument: { Statement: unknown[] } }[] };
    };
    expect(Properties.Policies[0]!.PolicyDocument.Statement).toEqual([
      {
        Sid: 'Logs',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': ['GovernorLogs', 'Arn'] },
      },
      { Sid: 'Governed', Effect: 'Allow', Action: ['logs:PutRetentionPolicy'], Resource: 'arn:x' },
      { Sid: 'Listing', Effect: 'Allow', Action: ['logs:DescribeLogGroups'], Resource: '*' },
    ]);
  });

  it('keeps a data bucket private, encrypted, logged, on TLS and eventful', () => {
    const { Data, DataPolicy } = resourcesOf(template);
    expect(Data!.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
      LoggingConfiguration: { DestinationBucketName: 'logs' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: { 'Fn::If': ['KeyArnGiven', 'aws:kms', 'AES256'] } } },
        ],
      },
    });
    expect(DataPolicy!.Properties).toMatchObject({
      PolicyDocument: {
        Statement: [
          { Effect: 'Deny', Principal: '*', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        ],
      },
    });
  });

  it('says in its Metadata what it takes from whom, so that planning needs the template alone', () => {
    expect(synthesise(template).template.Metadata).toMatchObject({
      BitClouded: {
        Template: 'test/template',
        Wiring: {
          VpcId: { From: 'test/network', Output: 'VpcId', Grade: 'required' },
          KeyArn: { From: 'test/keys', Output: 'KeyArn', Grade: 'recommended' },
        },
        Outputs: { SubnetIds: 'subnetIds', KeyArn: 'keyArn' },
      },
    });
  });

  it('carries no condition that nothing uses', () => {
    const unused = defineTemplate({
      ...base,
      parameters: { On: param.flag({ description: 'd' }) },
      outputs: {},
      build({ scope }) {
        new CfnTopic(scope, 'Topic');
        return {};
      },
    });
    expect(synthesise(unused).template.Conditions).toBeUndefined();
  });

  it('gives a custom resource a time limit beyond its function’s, and keeps its role until it is gone', () => {
    const custom = defineTemplate({
      ...base,
      parameters: {},
      outputs: {},
      build({ lambdaFunction, customResource }) {
        const provider = lambdaFunction('Provider', listenerRule, {
          environment: {},
          grants: {},
          logs: { retentionInDays: 7 },
        });
        customResource('Rule', listenerRule, provider, { ListenerArn: 'arn', Host: 'example.com' });
        return {};
      },
    });
    expect(resourcesOf(custom).Rule).toMatchObject({
      Type: 'AWS::CloudFormation::CustomResource',
      DependsOn: ['ProviderLogs', 'ProviderRole'],
      Properties: {
        ServiceToken: { 'Fn::GetAtt': ['Provider', 'Arn'] },
        ServiceTimeout: 180,
        ListenerArn: 'arn',
        Host: 'example.com',
      },
    });
  });

  it('tells an exception beside its resource and in the interface', () => {
    const excused = defineTemplate({
      ...base,
      parameters: {},
      outputs: {},
      build({ scope, except }) {
        except(new CfnTopic(scope, 'Topic'), 'topic-encrypted', {
          reason: 'It carries public announcements only',
          review: '2027-06-01',
        });
        return {};
      },
    });
    expect(resourcesOf(excused).Topic!.Metadata).toEqual({
      BitClouded: {
        Except: { 'topic-encrypted': { Reason: 'It carries public announcements only', Review: '2027-06-01' } },
      },
    });
    expect(synthesise(excused).interface.exceptions).toEqual([
      {
        logicalId: 'Topic',
        standard: 'topic-encrypted',
        reason: 'It carries public announcements only',
        review: '2027-06-01',
      },
    ]);
  });
});
