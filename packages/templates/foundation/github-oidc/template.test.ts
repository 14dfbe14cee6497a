import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { decide, type Rendered, type RenderOptions, render, type Statement } from '@bitclouded/kit';
import template from './template.ts';

type Role = 'PushRole' | 'BakeRole' | 'PublishRole' | 'PromoteRole' | 'GcRole';
const ROLES: readonly Role[] = ['PushRole', 'BakeRole', 'PublishRole', 'PromoteRole', 'GcRole'];
const ACCOUNT = '123456789012';
const HOME = `releases-${ACCOUNT}-eu-west-1-an`;
const OTHER = `releases-${ACCOUNT}-us-east-1-an`;
const GITHUB = 'token.actions.githubusercontent.com';
const TAG = 'bitclouded:host';
const REQUIRED = {
  Prefix: 'releases',
  Repository: 'octo/releases',
  RepositoryId: '42',
  ArtifactBucket: HOME,
  DistributionId: 'E2QWRUHEXAMPLE',
};

interface RoleProperties {
  readonly AssumeRolePolicyDocument: { readonly Statement: readonly Statement[] };
  readonly Policies: readonly [{ readonly PolicyDocument: { readonly Statement: readonly Statement[] } }];
  readonly PermissionsBoundary?: string;
}

const known = new Map<string, Rendered>();
/** Many tests ask about the same stack. */
function renderedOnce(options: RenderOptions): Rendered {
  const key = JSON.stringify(options);
  if (!known.has(key)) known.set(key, render(template, options));
  return known.get(key)!;
}

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = {}) {
  const { resources, outputs } = renderedOnce({ ...options, parameters: { ...REQUIRED, ...parameters } });
  const role = (name: Role) => resources[name]!.Properties as unknown as RoleProperties;
  return { resources, outputs, role };
}

/** What a role's own policy says, in its job and out of it. */
function may(role: Role, action: string, resource: string, context: Record<string, string> = {}): boolean {
  const statements = rendered().role(role).Policies[0].PolicyDocument.Statement;
  return decide(statements, { action, resource, context }) === 'allowed';
}

describe('trust', () => {
  const PROVIDER = '${Provider.Arn}';
  const claims = (changes: Record<string, string> = {}) => ({
    [`${GITHUB}:aud`]: 'sts.amazonaws.com',
    [`${GITHUB}:sub`]: 'repo:octo/releases:environment:publication',
    [`${GITHUB}:repository`]: 'octo/releases',
    [`${GITHUB}:repository_id`]: '42',
    [`${GITHUB}:ref`]: 'refs/heads/main',
    [`${GITHUB}:environment`]: 'publication',
    [`${GITHUB}:job_workflow_ref`]: 'octo/releases/.github/workflows/release.yml@refs/heads/main',
    ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [`${GITHUB}:${name}`, value])),
  });
  const trustOf = (role: Role) => rendered().role(role).AssumeRolePolicyDocument.Statement[0]!;
  const conditionsHold = (role: Role, changes: Record<string, string> = {}) =>
    decide([trustOf(role)], {
      who: PROVIDER,
      action: 'sts:AssumeRoleWithWebIdentity',
      resource: '*',
      context: claims(changes),
    }) === 'allowed';

  test('goes to the provider alone', () => {
    for (const role of ROLES) expect(trustOf(role).Principal).toEqual({ Federated: PROVIDER });
  });

  test('holds for the one job', () => expect(conditionsHold('PublishRole')).toBe(true));

  test.each<[string, Record<string, string>]>([
    ['another repository of that name', { repository_id: '43' }],
    ['a repository of another name', { repository: 'octo/other' }],
    ['another branch', { ref: 'refs/heads/feature' }],
    ['another environment', { environment: 'promotion' }],
    ['no environment', { sub: 'repo:octo/releases:ref:refs/heads/main' }],
    ['another environment in the subject', { sub: 'repo:octo/releases:environment:promotion' }],
    ['another owner in the subject', { sub: 'repo:octo-evil/releases:environment:publication' }],
    ['other numbers in the subject', { sub: 'repo:octo@7/releases@43:environment:publication' }],
    ['another workflow', { job_workflow_ref: 'octo/releases/.github/workflows/ci.yml@refs/heads/main' }],
    [
      'the workflow of another branch',
      { job_workflow_ref: 'octo/releases/.github/workflows/release.yml@refs/heads/x' },
    ],
    ['a workflow of others', { job_workflow_ref: 'evil/releases/.github/workflows/release.yml@refs/heads/main' }],
    ['another audience', { aud: 'sigstore' }],
  ])('does not hold for %s', (_, changes) => expect(conditionsHold('PublishRole', changes)).toBe(false));

  test('holds for a subject with the numbers of owner and repository', () => {
    expect(conditionsHold('PublishRole', { sub: 'repo:octo@7/releases@42:environment:publication' })).toBe(true);
  });

  test('keeps the five jobs apart', () => {
    const jobs: Record<Role, [string, string]> = {
      PushRole: ['pushing', 'images.yml'],
      BakeRole: ['baking', 'images.yml'],
      PublishRole: ['publication', 'release.yml'],
      PromoteRole: ['promotion', 'release.yml'],
      GcRole: ['retirement', 'images.yml'],
    };
    for (const role of ROLES)
      for (const [job, [environment, workflow]] of Object.entries(jobs)) {
        const holds = conditionsHold(role, {
          environment,
          sub: `repo:octo/releases:environment:${environment}`,
          job_workflow_ref: `octo/releases/.github/workflows/${workflow}@refs/heads/main`,
        });
        expect([role, job, holds]).toEqual([role, job, role === job]);
      }
  });

  test('has the audience of the partition', () => {
    const audience = (options: RenderOptions) => rendered({}, options).resources.Provider!.Properties.ClientIdList;
    expect(audience({})).toEqual(['sts.amazonaws.com']);
    expect(audience({ partition: 'aws-cn', region: 'cn-north-1' })).toEqual(['sts.amazonaws.com.cn']);
    expect(audience({ partition: 'aws-us-gov', region: 'us-gov-west-1' })).toEqual(['sts.amazonaws.com']);
  });

  test('takes a provider that is there already', () => {
    const ExistingProviderArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${GITHUB}`;
    const { resources, role } = rendered({ ExistingProviderArn });
    expect(resources).not.toHaveProperty('Provider');
    for (const name of ROLES)
      expect(role(name).AssumeRolePolicyDocument.Statement[0]!.Principal).toEqual({ Federated: ExistingProviderArn });
  });
});

describe('publish', () => {
  const put = (bucket: string, key: string) => may('PublishRole', 's3:PutObject', `arn:aws:s3:::${bucket}/${key}`);

  test.each([HOME, OTHER])('creates versions, code and attestations in %s', (bucket) => {
    for (const key of ['v1.4.0/claim.json', 'lambdas/a/1.zip', 'attestations/1.json'])
      expect([key, put(bucket, key)]).toEqual([key, true]);
    for (const key of ['index.json', 'latest/a.json', 'v1/a.json', 'v1.4/a.json', 'other'])
      expect([key, put(bucket, key)]).toEqual([key, false]);
  });

  test('writes to no bucket but the host’s', () => {
    for (const bucket of [`others-${ACCOUNT}-us-east-1-an`, 'releases-210987654321-us-east-1-an', 'releases'])
      expect(put(bucket, 'v1.4.0/claim.json')).toBe(false);
  });

  test('reads and lists, for S3 tells what is absent to nobody else', () => {
    expect(may('PublishRole', 's3:GetObject', `arn:aws:s3:::${OTHER}/index.json`)).toBe(true);
    expect(may('PublishRole', 's3:ListBucket', `arn:aws:s3:::${OTHER}`)).toBe(true);
  });

  test('pushes images of the host, to either registry', () => {
    const push = (name: string) =>
      may('PublishRole', 'ecr:PutImage', `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/${name}`);
    const pushPublic = (name: string) =>
      may('PublishRole', 'ecr-public:PutImage', `arn:aws:ecr-public::${ACCOUNT}:repository/${name}`);
    for (const how of [push, pushPublic])
      expect(['releases/aws-util', 'others/a', 'releases'].map(how)).toEqual([true, false, false]);
  });

  test('gets a token for ECR Public and no other service', () => {
    const token = (service: string) =>
      may('PublishRole', 'sts:GetServiceBearerToken', '*', { 'sts:AWSServiceName': service });
    expect([token('ecr-public.amazonaws.com'), token('codeartifact.amazonaws.com')]).toEqual([true, false]);
  });
});

describe('push', () => {
  test('pushes images of the host, to either registry, and touches no artifact', () => {
    const image = (name: string) =>
      may('PushRole', 'ecr:PutImage', `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/${name}`) &&
      may('PushRole', 'ecr-public:PutImage', `arn:aws:ecr-public::${ACCOUNT}:repository/${name}`);
    expect(['releases/aws-util', 'others/a', 'releases'].map(image)).toEqual([true, false, false]);
    for (const action of ['s3:PutObject', 's3:GetObject', 'ecr:BatchDeleteImage', 'ec2:RunInstances'])
      expect([action, may('PushRole', action, `arn:aws:s3:::${HOME}/v1.4.0/claim.json`)]).toEqual([action, false]);
  });

  test('signs in to ECR Public, makes and fills a repository there, and takes nothing away', () => {
    const at = `arn:aws:ecr-public::${ACCOUNT}:repository/releases/aws-util`;
    const token = (service: string) =>
      may('PushRole', 'sts:GetServiceBearerToken', '*', { 'sts:AWSServiceName': service });
    expect([token('ecr-public.amazonaws.com'), token('codeartifact.amazonaws.com')]).toEqual([true, false]);
    expect(may('PushRole', 'ecr-public:GetAuthorizationToken', '*')).toBe(true);
    const able = (names: string) => names.split(' ').map((name) => [name, may('PushRole', `ecr-public:${name}`, at)]);
    for (const [name, is] of able('CreateRepository InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage'))
      expect([name, is]).toEqual([name, true]);
    for (const [name, is] of able('BatchDeleteImage DeleteRepository SetRepositoryPolicy PutRegistryCatalogData'))
      expect([name, is]).toEqual([name, false]);
  });
});

describe('promote', () => {
  const put = (bucket: string, key: string) => may('PromoteRole', 's3:PutObject', `arn:aws:s3:::${bucket}/${key}`);

  test('writes the index and aliases in the home bucket, and no artifact', () => {
    for (const key of ['index.json', 'latest/a.json', 'v1/alias.json', 'v1.4/schemas/manifest.schema.json'])
      expect([key, put(HOME, key), put(OTHER, key)]).toEqual([key, true, false]);
    for (const key of ['v1.4.0/a.json', 'v2.0.0-rc.0/a.json', 'lambdas/a/1.zip', 'attestations/1.json'])
      expect([key, put(HOME, key)]).toEqual([key, false]);
  });

  test('invalidates the one distribution', () => {
    const invalidate = (id: string) =>
      may('PromoteRole', 'cloudfront:CreateInvalidation', `arn:aws:cloudfront::${ACCOUNT}:distribution/${id}`);
    expect([invalidate('E2QWRUHEXAMPLE'), invalidate('EOTHER12345')]).toEqual([true, false]);
  });

  test('invalidates nothing on a host without a CDN', () => {
    const statements = rendered({ DistributionId: '' }).role('PromoteRole').Policies[0].PolicyDocument.Statement;
    expect(JSON.stringify(statements)).not.toContain('cloudfront');
  });
});

describe('bake', () => {
  const ec2 = (kind: string) => `arn:aws:ec2:eu-west-1:${/image|snapshot/.test(kind) ? '' : ACCOUNT}:${kind}/1`;
  const ours = { [`aws:ResourceTag/${TAG}`]: 'releases' };
  const marked = { [`aws:RequestTag/${TAG}`]: 'releases' };

  test('makes nothing without the host’s mark', () => {
    for (const [action, kind] of [
      ['RunInstances', 'instance'],
      ['RunInstances', 'volume'],
      ['CreateKeyPair', 'key-pair'],
      ['CreateSecurityGroup', 'security-group'],
      ['CreateImage', 'image'],
    ] as const) {
      expect([action, kind, may('BakeRole', `ec2:${action}`, ec2(kind), marked)]).toEqual([action, kind, true]);
      expect([action, kind, may('BakeRole', `ec2:${action}`, ec2(kind))]).toEqual([action, kind, false]);
      const other = { [`aws:RequestTag/${TAG}`]: 'others' };
      expect([action, kind, may('BakeRole', `ec2:${action}`, ec2(kind), other)]).toEqual([action, kind, false]);
    }
    expect(may('BakeRole', 'ec2:RunInstances', ec2('image'))).toBe(true);
    expect(may('BakeRole', 'ec2:RunInstances', ec2('subnet'))).toBe(true);
  });

  test.each([
    'TerminateInstances instance',
    'DeleteSecurityGroup security-group',
    'ModifyImageAttribute image',
    'DescribeImageAttribute image',
  ])('does %s to what is marked alone', (pair) => {
    const [action, kind] = pair.split(' ') as [string, string];
    expect(may('BakeRole', `ec2:${action}`, ec2(kind), ours)).toBe(true);
    expect(may('BakeRole', `ec2:${action}`, ec2(kind), { [`aws:ResourceTag/${TAG}`]: 'others' })).toBe(false);
    expect(may('BakeRole', `ec2:${action}`, ec2(kind))).toBe(false);
  });

  test('marks what it makes, and nothing that is there', () => {
    const mark = (context: Record<string, string>) => may('BakeRole', 'ec2:CreateTags', ec2('instance'), context);
    expect(mark({ ...marked, 'ec2:CreateAction': 'RunInstances' })).toBe(true);
    expect(mark(marked)).toBe(false);
    expect(mark({ ...ours, 'aws:RequestTag/Name': 'a' })).toBe(true);
    expect(mark({ ...ours, [`aws:RequestTag/${TAG}`]: 'others' })).toBe(false);
  });

  test('looks at what a bake needs of the account, and changes none of it', () => {
    for (const action of [
      'ec2:GetEbsEncryptionByDefault',
      'ec2:GetImageBlockPublicAccessState',
      'ec2:DescribeImages',
      'servicequotas:GetServiceQuota',
    ])
      expect([action, may('BakeRole', action, '*')]).toEqual([action, true]);
    for (const action of [
      'ec2:DisableEbsEncryptionByDefault',
      'ec2:DisableImageBlockPublicAccess',
      'servicequotas:RequestServiceQuotaIncrease',
    ])
      expect([action, may('BakeRole', action, '*')]).toEqual([action, false]);
  });

  test('names images by parameters of the host, in any region, and by no others', () => {
    const at = (path: string) => `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/${path}`;
    for (const action of ['ssm:GetParameter', 'ssm:PutParameter']) {
      expect(may('BakeRole', action, at('releases/images/linux-base/arm64'))).toBe(true);
      expect(may('BakeRole', action, at('releases/other'))).toBe(false);
      expect(may('BakeRole', action, at('others/images/linux-base/arm64'))).toBe(false);
    }
    expect(may('BakeRole', 'ssm:DeleteParameter', at('releases/images/linux-base/arm64'))).toBe(false);
  });

  test('deregisters and deletes no image, hands no role on, and reads no bucket', () => {
    expect(may('BakeRole', 'ec2:DeregisterImage', ec2('image'), ours)).toBe(false);
    expect(may('BakeRole', 'ec2:DeleteSnapshot', ec2('snapshot'), ours)).toBe(false);
    expect(may('BakeRole', 'iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/any`)).toBe(false);
    expect(may('BakeRole', 's3:GetObject', `arn:aws:s3:::${HOME}/index.json`)).toBe(false);
  });
});

describe('gc', () => {
  const image = 'arn:aws:ec2:eu-west-1::image/ami-1';

  test('deprecates and disables marked images, and can take it back', () => {
    const ours = { [`aws:ResourceTag/${TAG}`]: 'releases' };
    for (const action of ['EnableImageDeprecation', 'DisableImage', 'DisableImageDeprecation', 'EnableImage']) {
      expect(may('GcRole', `ec2:${action}`, image, ours)).toBe(true);
      expect(may('GcRole', `ec2:${action}`, image, { [`aws:ResourceTag/${TAG}`]: 'others' })).toBe(false);
      expect(may('GcRole', `ec2:${action}`, image)).toBe(false);
    }
    expect(may('GcRole', 'ec2:DeregisterImage', image, ours)).toBe(false);
  });

  test('touches no artifact', () => {
    for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'])
      expect(may('GcRole', action, `arn:aws:s3:::${HOME}/v1.4.0/manifest.json`)).toBe(false);
  });
});

test('no role may delete, change a bucket, or do everything that a service can', () => {
  for (const name of ROLES)
    for (const { Effect, Action } of rendered().role(name).Policies[0].PolicyDocument.Statement) {
      if (Effect === 'Deny') continue;
      for (const action of [Action].flat())
        expect([name, action]).toEqual([name, expect.not.stringMatching(/\*|^s3:(?:Delete|PutBucket)|^iam:/)]);
    }
});

test('policies fit into a role: 10,240 characters', () => {
  for (const name of ROLES) {
    const text = JSON.stringify(
      rendered()
        .role(name)
        .Policies.map(({ PolicyDocument }) => PolicyDocument),
    );
    expect(text.length).toBeLessThan(9_000);
  }
});

test('roles stand under the path that the buckets know, and take a permissions boundary', () => {
  const PermissionsBoundaryArn = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
  for (const name of ROLES) {
    const { Path } = rendered().resources[name]!.Properties;
    expect(Path).toBe('/foundation/github-oidc/');
    expect(rendered({ PermissionsBoundaryArn }).role(name).PermissionsBoundary).toBe(PermissionsBoundaryArn);
    expect(rendered().role(name)).not.toHaveProperty('PermissionsBoundary');
  }
});

test('gives the ARNs of the roles', () => {
  expect(rendered().outputs).toEqual({
    BakeRoleArn: '${BakeRole.Arn}',
    PublishRoleArn: '${PublishRole.Arn}',
    PushRoleArn: '${PushRole.Arn}',
    PromoteRoleArn: '${PromoteRole.Arn}',
    GcRoleArn: '${GcRole.Arn}',
  });
});

test.each([
  ['Repository', 'octo'],
  ['Repository', 'octo/*'],
  ['RepositoryId', 'abc'],
  ['GitRef', 'main'],
  ['GitRef', 'refs/heads/*'],
  ['PublishEnvironment', '*'],
  ['ReleaseWorkflow', '../release.yml@x'],
])('refuses %s %s, which could trust more than one job', (name, value) => {
  expect(() => rendered({ [name]: value })).toThrow(new RegExp(name));
});

test('an update of who is trusted replaces no role', () => {
  const changes = {
    Repository: 'octo/others',
    RepositoryId: '43',
    GitRef: 'refs/heads/release',
    PublishEnvironment: 'other',
    DistributionId: '',
  };
  const { changes: found } = fullDiff(
    { Resources: rendered().resources },
    { Resources: rendered(changes).resources },
  ).resources;
  expect(Object.keys(found).sort()).toEqual([...ROLES].sort());
  for (const { changeImpact } of Object.values(found)) expect(changeImpact).toBe(ResourceImpact.WILL_UPDATE);
});
