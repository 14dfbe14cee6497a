import { ACMClient, ListCertificatesCommand } from '@aws-sdk/client-acm';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  CreateRuleCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import {
  CreateBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  type Tag,
} from '@aws-sdk/client-s3';
import { findPaths } from '../paths.ts';
import { createStack, deleteStack, updateStack } from '../stacks.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';
import { body, type Json, reasonsOf } from '../trial.ts';
import { buildFunctions, customResource, publishedFunction } from './published-function.ts';

const { repository } = findPaths();
let standIn: StandIn;
let cloudFormation: CloudFormationClient;
let s3: S3Client;

beforeAll(async () => {
  await buildFunctions(repository, ['listener-rule', 'bucket-emptier', 'acm-certificate']);
  standIn = await startStandIn();
  cloudFormation = new CloudFormationClient({ ...standIn });
  s3 = new S3Client({ ...standIn, forcePathStyle: true });
});
afterAll(() => standIn.stop());
beforeEach(() => standIn.reset());

describe('listener-rule, built and run as a custom resource', () => {
  const subnet = (zone: string, CidrBlock: string) => ({
    Type: 'AWS::EC2::Subnet',
    Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock, AvailabilityZone: zone },
  });
  const listener = (Port: number) => ({
    Type: 'AWS::ElasticLoadBalancingV2::Listener',
    Properties: {
      LoadBalancerArn: { Ref: 'Balancer' },
      Port,
      Protocol: 'HTTP',
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    },
  });
  const shared = {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    One: subnet('us-east-1a', '10.0.0.0/24'),
    Two: subnet('us-east-1b', '10.0.1.0/24'),
    Balancer: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: { Type: 'application', Subnets: [{ Ref: 'One' }, { Ref: 'Two' }] },
    },
    First: listener(80),
    Second: listener(8080),
    Targets: {
      Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      Properties: { VpcId: { Ref: 'Vpc' }, Port: 80, Protocol: 'HTTP', TargetType: 'ip' },
    },
  };

  it('takes free priorities, keeps them over updates, moves between listeners, and leaves nothing', async () => {
    const made = await createStack(cloudFormation, {
      name: 'shared',
      template: body({
        Resources: shared,
        Outputs: Object.fromEntries(['First', 'Second', 'Targets'].map((id) => [id, { Value: { Ref: id } }])),
      }),
    });
    const { First = '', Second = '', Targets = '' } = made.outputs;
    const elb = new ElasticLoadBalancingV2Client({ ...standIn });
    const rulesOf = async (ListenerArn: string) =>
      ((await elb.send(new DescribeRulesCommand({ ListenerArn }))).Rules ?? [])
        .filter(({ IsDefault }) => !IsDefault)
        .map(({ Priority, Conditions }) => `${Priority} ${Conditions?.[0]?.HostHeaderConfig?.Values ?? 'theirs'}`)
        .sort();
    await elb.send(
      new CreateRuleCommand({
        ListenerArn: First,
        Priority: 1,
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/theirs'] } }],
        Actions: [{ Type: 'forward', TargetGroupArn: Targets }],
      }),
    );

    const everything = { read: '*', create: '*', tag: '*', change: '*' };
    const resources = await publishedFunction(s3, repository, 'listener-rule', everything);
    const rule = (ListenerArn: string, host: string) =>
      customResource({ ListenerArn, TargetGroupArn: Targets, HostNames: [host] });
    const stack = (blog: Json, more: Record<string, Json> = {}) => ({
      name: 'blog',
      template: body({
        Resources: { ...resources, Blog: blog, ...more },
        Outputs: { Priority: { Value: { 'Fn::GetAtt': ['Blog', 'Priority'] } }, Rule: { Value: { Ref: 'Blog' } } },
      }),
    });

    const shop = { Shop: rule(First, 'shop.example.com') };
    const created = await createStack(cloudFormation, stack(rule(First, 'blog.example.com'), shop));
    expect((await rulesOf(First)).map((each) => each.split(' ')[0])).toEqual(['1', '2', '3']);

    const renamed = await updateStack(cloudFormation, stack(rule(First, 'news.example.com'), shop));
    expect(renamed.outputs).toEqual(created.outputs);
    expect(await rulesOf(First)).toContain(`${created.outputs.Priority} news.example.com`);

    const moved = await updateStack(cloudFormation, stack(rule(Second, 'news.example.com'), shop));
    expect(moved.outputs.Priority).toBe('1');
    expect(await rulesOf(Second)).toEqual(['1 news.example.com']);
    expect(await rulesOf(First)).toHaveLength(2);

    expect(await reasonsOf(updateStack(cloudFormation, stack(rule(Second, 'nodots'), shop)))).toContain('HostNames');
    expect(await rulesOf(Second)).toEqual(['1 news.example.com']);

    await deleteStack(cloudFormation, 'blog');
    expect([await rulesOf(First), await rulesOf(Second)]).toEqual([['1 theirs'], []]);
  });
});

describe('bucket-emptier, built and run as a custom resource', () => {
  const TAG = { Key: 'bitclouded:emptied', Value: 'yes' };
  const Bucket = 'cached-objects';
  // Made beside the stack: the stand-in gives a bucket that a stack makes no tags, and deletes one that is not empty.
  const makeBucket = async (tags: Tag[]) => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    if (tags.length > 0) await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tags } }));
  };
  const stack = async () => ({
    name: 'cached',
    template: body({
      Resources: {
        ...(await publishedFunction(s3, repository, 'bucket-emptier', {
          inspect: `arn:aws:s3:::${Bucket}`,
          empty: `arn:aws:s3:::${Bucket}/*`,
        })),
        Emptier: customResource({ BucketName: Bucket, TagKey: TAG.Key, TagValue: TAG.Value }),
      },
    }),
  });
  const fill = async () => {
    for (const Key of ['a', 'b/c', 'ü & <x>']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'one' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'two' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'b/c' }));
  };
  const count = async () => {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    return Versions.length + DeleteMarkers.length;
  };

  it('refuses a bucket without its tag, and leaves it as it is', async () => {
    await makeBucket([]);
    await fill();
    expect(await reasonsOf(createStack(cloudFormation, await stack()))).toContain('without the tag bitclouded:emptied');
    expect(await count()).toBe(5);
  });

  it('empties the versions and markers of its bucket when the stack goes, and not one that lost its tag', async () => {
    await makeBucket([TAG]);
    const made = await stack();
    await createStack(cloudFormation, made);
    await fill();

    await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    expect(await reasonsOf(deleteStack(cloudFormation, 'cached'))).toContain('without the tag bitclouded:emptied');
    expect(await count()).toBe(5);

    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [TAG] } }));
    // Another stack: the stand-in has deleted the function of the first one, although what needs it is still there.
    await createStack(cloudFormation, { ...made, name: 'cached-again' });
    expect(await count()).toBe(5);
    await deleteStack(cloudFormation, 'cached-again');
    expect(await count()).toBe(0);
  });
});

describe('acm-certificate, built and run as a custom resource', () => {
  it('makes a certificate in another region with its record in the zone, and removes it with the stack', async () => {
    const resources = await publishedFunction(s3, repository, 'acm-certificate', {
      find: '*',
      request: '*',
      own: 'arn:aws:acm:eu-west-1:*:certificate/*',
      zone: '*',
    });
    const stack = (names: string[]) => ({
      name: 'dns',
      template: body({
        Resources: {
          ...resources,
          Zone: {
            Type: 'AWS::Route53::HostedZone',
            DeletionPolicy: 'Retain',
            Properties: { Name: 'example.com' },
          },
          Certificate: customResource({
            DomainName: 'example.com',
            ...(names.length > 0 && { AlternativeNames: names }),
            HostedZoneId: { Ref: 'Zone' },
            Region: 'eu-west-1',
          }),
        },
        Outputs: {
          Arn: { Value: { 'Fn::GetAtt': ['Certificate', 'CertificateArn'] } },
          Zone: { Value: { Ref: 'Zone' } },
        },
      }),
    });
    const acm = new ACMClient({ ...standIn, region: 'eu-west-1' });
    const certificates = async () =>
      ((await acm.send(new ListCertificatesCommand({}))).CertificateSummaryList ?? []).map(
        (each) => each.CertificateArn,
      );
    const records = async (HostedZoneId: string) => {
      const route53 = new Route53Client({ ...standIn });
      const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
      return ResourceRecordSets.filter(({ Type }) => Type === 'CNAME').length;
    };

    const created = await createStack(cloudFormation, stack([]));
    expect(await certificates()).toEqual([created.outputs.Arn]);
    expect(await records(created.outputs.Zone!)).toBe(1);

    const more = await updateStack(cloudFormation, stack(['www.example.com']));
    expect(more.outputs.Arn).not.toBe(created.outputs.Arn);
    expect(await certificates()).toEqual([more.outputs.Arn]);

    const outside = updateStack(cloudFormation, stack(['www.example.org']));
    expect(await reasonsOf(outside)).toContain('outside of the zone example.com');
    expect(await certificates()).toEqual([more.outputs.Arn]);

    await deleteStack(cloudFormation, 'dns');
    expect(await certificates()).toEqual([]);
  });
});
