import {
  artifactBucketArns,
  artifactKeys,
  type Build,
  defineTemplate,
  output,
  param,
  policyDocument,
  type Statement,
  when,
} from '@bitclouded/kit';
import { Aws, Fn } from 'aws-cdk-lib';
import { CfnOIDCProvider, CfnRole } from 'aws-cdk-lib/aws-iam';
import artifactHost from '../artifact-host/template.ts';

const GITHUB = 'token.actions.githubusercontent.com';
const HOUR_SECONDS = 60 * 60;

const environment = (who: string, value: string) =>
  param.text({
    description: `Environment of the repository in which ${who} runs`,
    group: 'Jobs',
    default: value,
    // As it stands in a token's subject; a colon or an asterisk there would mean something else.
    pattern: '[A-Za-z0-9_.-]{1,255}',
    hint: 'the name of an environment without spaces',
  });
const workflow = (what: string, value: string) =>
  param.text({
    description: `File in .github/workflows that ${what}`,
    group: 'Jobs',
    default: value,
    pattern: '[A-Za-z0-9_.-]{1,100}[.]ya?ml',
    hint: 'the name of a workflow file, such as release.yml',
  });

const parameters = {
  Repository: param.text({
    description: 'Repository on GitHub whose workflows release',
    group: 'Repository',
    pattern: '[A-Za-z0-9-]{1,39}/[A-Za-z0-9_.-]{1,100}',
    hint: 'owner/name',
  }),
  RepositoryId: param.text({
    description: "The repository's number, which no other ever gets: gh api repos/<owner>/<name> --jq .id",
    group: 'Repository',
    label: 'Number of the repository',
    pattern: '[0-9]{1,20}',
    hint: 'a number',
  }),
  GitRef: param.text({
    description: 'The one branch or tag that releases',
    group: 'Repository',
    default: 'refs/heads/main',
    pattern: 'refs/(?:heads|tags)/[A-Za-z0-9_./-]{1,200}',
    hint: 'a full reference, such as refs/heads/main',
  }),
  ReleaseWorkflow: workflow('publishes and promotes', 'release.yml'),
  ImagesWorkflow: workflow('pushes images, bakes machine images and retires them', 'images.yml'),
  PublishEnvironment: environment('publish', 'publication'),
  PromoteEnvironment: environment('promote', 'promotion'),
  PushEnvironment: environment('push images', 'pushing'),
  BakeEnvironment: environment('bake', 'baking'),
  GcEnvironment: environment('gc', 'retirement'),
  ExistingProviderArn: param.optionalArn({
    description: "GitHub's OIDC provider in the account, if there is one already; empty makes it",
    group: 'Repository',
    label: 'OIDC provider that exists',
  }),
  Prefix: param.bucketNamePrefix({ description: 'Prefix of the release host', group: 'Host' }),
  ...param.allFrom(artifactHost, ['ArtifactBucket', 'DistributionId']),
};
type Kit = Build<typeof parameters>;

export default defineTemplate({
  name: 'foundation/github-oidc',
  summary: 'Roles by which the workflows of one GitHub repository bake, publish, promote and retire, without keys',
  scope: 'account',
  parameters,
  outputs: {
    BakeRoleArn: output.roleArn('Role that bakes machine images'),
    PushRoleArn: output.roleArn('Role that pushes and mirrors container images'),
    PublishRoleArn: output.roleArn('Role that creates artifacts in every region and pushes images'),
    PromoteRoleArn: output.roleArn('Role that makes releases visible'),
    GcRoleArn: output.roleArn('Role that retires machine images'),
  },
  build(kit) {
    const { scope, params, condition } = kit;
    const made = new CfnOIDCProvider(scope, 'Provider', {
      url: `https://${GITHUB}`,
      clientIdList: [audience()],
    });
    condition('MakesProvider', { not: params.ExistingProviderArn.given }).guards(made);
    const provider = when<string>(params.ExistingProviderArn.given, params.ExistingProviderArn.orEmpty, made.attrArn);

    const { ReleaseWorkflow, ImagesWorkflow } = params;
    const role = (id: string, description: string, job: Job, hours: number, statements: readonly Statement[]) =>
      new CfnRole(scope, id, {
        path: '/foundation/github-oidc/',
        description,
        maxSessionDuration: hours * HOUR_SECONDS,
        assumeRolePolicyDocument: policyDocument([trust(kit, provider, job)]),
        policies: [{ policyName: 'job', policyDocument: policyDocument(statements) }],
      });
    const publishing = { environment: params.PublishEnvironment, workflow: ReleaseWorkflow };
    const promoting = { environment: params.PromoteEnvironment, workflow: ReleaseWorkflow };
    const pushing = { environment: params.PushEnvironment, workflow: ImagesWorkflow };
    const baking = { environment: params.BakeEnvironment, workflow: ImagesWorkflow };
    const retiring = { environment: params.GcEnvironment, workflow: ImagesWorkflow };
    const publish = role('PublishRole', 'Creates artifacts and pushes images', publishing, 1, publishes(kit));
    const promote = role('PromoteRole', 'Makes releases visible', promoting, 1, promotes(kit));
    const push = role('PushRole', 'Pushes and mirrors container images', pushing, 1, pushes(kit));
    const bake = role('BakeRole', 'Bakes machine images', baking, 4, bakes(kit));
    const gc = role('GcRole', 'Retires machine images', retiring, 1, retires(kit));
    return {
      BakeRoleArn: bake.attrArn,
      PushRoleArn: push.attrArn,
      PublishRoleArn: publish.attrArn,
      PromoteRoleArn: promote.attrArn,
      GcRoleArn: gc.attrArn,
    };
  },
});

interface Job {
  readonly environment: string;
  readonly workflow: string;
}

/** What GitHub's official action asks for; in China it is told to, by its input `audience`. */
function audience(): string {
  return `sts.${Aws.URL_SUFFIX}`;
}

/**
 * One job of one workflow on one branch of one repository. The subject of a job with an environment names no branch,
 * so the other claims stand beside it. A repository has one of two forms of subject: by names, or by names and numbers.
 * Sources: AWS STS, "Available keys for AWS OIDC federation"; GitHub Docs, "OpenID Connect reference".
 */
function trust({ params }: Kit, provider: string, { environment, workflow }: Job): Statement {
  const { Repository, RepositoryId, GitRef } = params;
  const part = (index: number) => Fn.select(index, Fn.split('/', Repository));
  return {
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: {
        [`${GITHUB}:aud`]: audience(),
        [`${GITHUB}:repository`]: Repository,
        [`${GITHUB}:repository_id`]: RepositoryId,
        [`${GITHUB}:ref`]: GitRef,
        [`${GITHUB}:environment`]: environment,
        [`${GITHUB}:job_workflow_ref`]: `${Repository}/.github/workflows/${workflow}@${GitRef}`,
      },
      StringLike: {
        [`${GITHUB}:sub`]: [
          `repo:${Repository}:environment:${environment}`,
          `repo:${part(0)}@*/${part(1)}@${RepositoryId}:environment:${environment}`,
        ],
      },
    },
  };
}

/** Reads every artifact of the host. Without the right to list, S3 does not tell what is absent. */
function reads({ params }: Kit): Statement[] {
  const buckets = artifactBucketArns(params.Prefix);
  return [
    { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: `${buckets}/*` },
    { Sid: 'List', Effect: 'Allow', Action: 's3:ListBucket', Resource: buckets },
  ];
}

/** Creates artifacts; that it overwrites none is a matter of the buckets' own policies. */
function publishes(kit: Kit): Statement[] {
  const { Prefix } = kit.params;
  const created = [artifactKeys.versions, artifactKeys.functions, artifactKeys.attestations];
  return [
    ...reads(kit),
    {
      Sid: 'Create',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      Resource: created.map((key) => `${artifactBucketArns(Prefix)}/${key}`),
    },
    ...pushes(kit),
  ];
}

/** Puts images into the host's repositories, private or public; a repository that is missing it makes. */
function pushes({ params }: Kit): Statement[] {
  const { Prefix } = params;
  const push = 'BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage'.split(
    ' ',
  );
  const either = [...push, 'CreateRepository', 'DescribeImages', 'DescribeRepositories'];
  return [
    {
      Sid: 'Push',
      Effect: 'Allow',
      Action: [...either, 'BatchGetImage', 'GetDownloadUrlForLayer'].map((name) => `ecr:${name}`),
      Resource: `arn:${Aws.PARTITION}:ecr:*:${Aws.ACCOUNT_ID}:repository/${Prefix}/*`,
    },
    {
      Sid: 'PushPublic',
      Effect: 'Allow',
      Action: either.map((name) => `ecr-public:${name}`),
      Resource: `arn:${Aws.PARTITION}:ecr-public::${Aws.ACCOUNT_ID}:repository/${Prefix}/*`,
    },
    {
      Sid: 'LogIn',
      Effect: 'Allow',
      Action: ['ecr:GetAuthorizationToken', 'ecr-public:GetAuthorizationToken'],
      Resource: '*',
    },
    {
      Sid: 'LogInPublic',
      Effect: 'Allow',
      Action: 'sts:GetServiceBearerToken',
      Resource: '*',
      Condition: { StringEquals: { 'sts:AWSServiceName': 'ecr-public.amazonaws.com' } },
    },
  ];
}

/** The index and what is derived from it, in the home bucket alone. */
function promotes(kit: Kit): Statement[] {
  const { ArtifactBucket, DistributionId } = kit.params;
  const home = `arn:${Aws.PARTITION}:s3:::${ArtifactBucket}`;
  const written = [artifactKeys.index, artifactKeys.latest, artifactKeys.aliases];
  return [
    ...reads(kit),
    { Sid: 'Promote', Effect: 'Allow', Action: 's3:PutObject', Resource: written.map((key) => `${home}/${key}`) },
    // The pattern of the aliases fits versions too.
    { Sid: 'NoVersions', Effect: 'Deny', Action: 's3:PutObject', Resource: `${home}/${artifactKeys.versions}` },
    when<Statement>(DistributionId.given, {
      Sid: 'Invalidate',
      Effect: 'Allow',
      Action: ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
      Resource: `arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:distribution/${DistributionId.orEmpty}`,
    }),
  ];
}

const TAG = 'bitclouded:host';
/** EC2 resources of the account in any region; images and snapshots name no account. */
const ownEc2 = (...kinds: string[]) =>
  kinds.map(
    (kind) => `arn:${Aws.PARTITION}:ec2:*:${/^(?:image|snapshot)$/.test(kind) ? '' : Aws.ACCOUNT_ID}:${kind}/*`,
  );

/**
 * What Packer's builder amazon-ebs calls, with a key pair and a security group of its own: all that it makes carries
 * the host's tag from the start, and what lacks it is not touched. No instance profile: what is baked has no rights.
 * No image is deregistered: consumers' stacks start from it.
 * Sources: Packer, "Amazon builders: IAM Task or Instance Role"; Service Authorization Reference, "Amazon EC2".
 */
function bakes({ params }: Kit): Statement[] {
  const isMarked = { StringEquals: { [`aws:RequestTag/${TAG}`]: params.Prefix } };
  const ec2 = (names: string) => names.split(' ').map((name) => `ec2:${name}`);
  const creations = 'RunInstances CreateKeyPair CreateSecurityGroup CreateImage CopyImage'.split(' ');
  const described = 'Images Instances InstanceStatus InstanceTypeOfferings Regions SecurityGroups';
  return [
    {
      Sid: 'Look',
      Effect: 'Allow',
      Action: ec2(`${described} Snapshots Subnets Tags Volumes Vpcs`).map((name) => name.replace(':', ':Describe')),
      Resource: '*',
    },
    // Settings of the account that would let a bake end in an image that nobody can use.
    {
      Sid: 'LookBefore',
      Effect: 'Allow',
      Action: [...ec2('GetEbsEncryptionByDefault GetImageBlockPublicAccessState'), 'servicequotas:GetServiceQuota'],
      Resource: '*',
    },
    // Where consumers of the account find the newest image.
    {
      Sid: 'Name',
      Effect: 'Allow',
      Action: ['ssm:GetParameter', 'ssm:PutParameter'],
      Resource: `arn:${Aws.PARTITION}:ssm:*:${Aws.ACCOUNT_ID}:parameter/${params.Prefix}/images/*`,
    },
    {
      Sid: 'Make',
      Effect: 'Allow',
      Action: ec2('RunInstances CreateKeyPair CreateSecurityGroup CreateImage'),
      Resource: ownEc2('instance', 'volume', 'network-interface', 'key-pair', 'security-group', 'image', 'snapshot'),
      Condition: isMarked,
    },
    // What a new instance or group is made of or in, and has no mark.
    {
      Sid: 'MakeFrom',
      Effect: 'Allow',
      Action: 'ec2:RunInstances',
      Resource: ownEc2('image', 'snapshot', 'subnet'),
    },
    { Sid: 'MakeIn', Effect: 'Allow', Action: 'ec2:CreateSecurityGroup', Resource: ownEc2('vpc') },
    { Sid: 'Copy', Effect: 'Allow', Action: 'ec2:CopyImage', Resource: ownEc2('image', 'snapshot') },
    {
      Sid: 'MarkNew',
      Effect: 'Allow',
      Action: 'ec2:CreateTags',
      Resource: ownEc2('instance', 'volume', 'network-interface', 'key-pair', 'security-group', 'image', 'snapshot'),
      Condition: { StringEquals: { 'ec2:CreateAction': creations } },
    },
    {
      Sid: 'WorkOnMarked',
      Effect: 'Allow',
      Action: [
        ...ec2('RunInstances CreateImage CreateTags StopInstances TerminateInstances ModifyInstanceAttribute'),
        ...ec2('GetPasswordData AuthorizeSecurityGroupIngress DeleteSecurityGroup DeleteKeyPair'),
        ...ec2('DescribeImageAttribute ModifyImageAttribute EnableImageDeprecation'),
      ],
      Resource: ownEc2('instance', 'volume', 'key-pair', 'security-group', 'image', 'snapshot'),
      Condition: { StringEquals: { [`aws:ResourceTag/${TAG}`]: params.Prefix } },
    },
    // Else it could take the mark away, or give it to a stranger's.
    {
      Sid: 'KeepMark',
      Effect: 'Deny',
      Action: 'ec2:CreateTags',
      Resource: '*',
      Condition: {
        Null: { [`aws:RequestTag/${TAG}`]: 'false' },
        StringNotEquals: { [`aws:RequestTag/${TAG}`]: params.Prefix },
      },
    },
  ];
}

/** Deprecates and disables images of the host; both can be taken back, and nothing is deleted. */
function retires({ params }: Kit): Statement[] {
  return [
    { Sid: 'Look', Effect: 'Allow', Action: ['ec2:DescribeImages', 'ec2:DescribeRegions'], Resource: '*' },
    {
      Sid: 'Retire',
      Effect: 'Allow',
      Action: ['ec2:EnableImageDeprecation', 'ec2:DisableImageDeprecation', 'ec2:DisableImage', 'ec2:EnableImage'],
      Resource: ownEc2('image'),
      Condition: { StringEquals: { [`aws:ResourceTag/${TAG}`]: params.Prefix } },
    },
  ];
}
