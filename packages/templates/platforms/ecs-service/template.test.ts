import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { decide, type PolicyRequest, type Rendered, type RenderOptions, render, type Statement } from '@bitclouded/kit';
import template from './template.ts';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:api-AbCdEf';
const listener = (id: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/${id}`;
const NEEDED = {
  Image: 'public.ecr.aws/nginx/nginx:1.29.1',
  VpcId: 'vpc-0a',
  ServerSubnets: 'subnet-0a,subnet-0b',
  ElbTargetSg: 'sg-0e',
  ClusterName: 'main',
  EcsCapacityProvider: '',
  AlbFullName: 'app/shared/0123456789abcdef',
  AlbDnsName: 'shared-1.eu-west-1.elb.amazonaws.com',
  AlbZoneId: 'Z32O12XQLNTSW2',
  HttpListenerArn: listener('80'),
};
const HTTPS = { HttpsListenerArn: listener('443') };
const DNS = { HostedZoneId: 'Z0123456789', ZoneName: 'example.com' };
const INSTANCES = { EcsCapacityProvider: 'instances-main-1' };

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = {}): Rendered {
  return render(template, { ...options, parameters: { ...NEEDED, ...parameters } });
}

const properties = (id: string, parameters?: Record<string, string>) =>
  rendered(parameters).resources[id]!.Properties as Record<string, never>;

interface Container {
  readonly Environment: { readonly Name: string; readonly Value: string }[];
  readonly Secrets: object[];
  readonly EnvironmentFiles: object[];
  readonly ReadonlyRootFilesystem?: boolean;
}
const container = (parameters?: Record<string, string>): Container =>
  (properties('Task', parameters).ContainerDefinitions as unknown as [Container])[0];

function statementsOf(role: string, parameters?: Record<string, string>): Statement[] {
  const policies = (properties(role, parameters).Policies ?? []) as unknown as {
    PolicyDocument: { Statement: Statement[] };
  }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

describe('the address', () => {
  test.each([
    [{}, 'http://shared-1.eu-west-1.elb.amazonaws.com', listener('80')],
    [HTTPS, 'https://shared-1.eu-west-1.elb.amazonaws.com', listener('443')],
    [{ ...HTTPS, ...DNS }, 'https://example.com', listener('443')],
    [{ ...DNS, Subdomain: 'shop' }, 'http://shop.example.com', listener('80')],
  ])('with %o is %s', (parameters, url, listenerArn) => {
    expect(rendered(parameters).outputs).toEqual({ ServiceUrl: url });
    expect(properties('ListenerRule', parameters).ListenerArn).toBe(listenerArn);
    expect(container(parameters).Environment).toContainEqual({ Name: 'SERVICE_URL', Value: url });
  });

  test('is a rule for its host and its paths, in which nobody else’s requests are', () => {
    expect(properties('ListenerRule', { Path: '/api/*' })).not.toHaveProperty('HostNames');
    expect(properties('ListenerRule', { Path: '/api/*' }).PathPatterns).toEqual(['/api/*']);
    expect(properties('ListenerRule', { ...DNS, Subdomain: 'shop' })).toMatchObject({
      HostNames: ['shop.example.com'],
      PathPatterns: ['/*'],
    });
  });

  test('has records of both families where there is a zone, and none without', () => {
    const records = (parameters?: Record<string, string>) =>
      Object.values(rendered(parameters).resources)
        .filter(({ Type }) => Type === 'AWS::Route53::RecordSet')
        .map(({ Properties }) => `${Properties.Type} ${Properties.Name}`);
    expect(records({ ...DNS, Subdomain: 'shop' })).toEqual(['A shop.example.com', 'AAAA shop.example.com']);
    expect(records()).toEqual([]);
  });

  test.each([[{ ZoneName: 'example.com' }], [{ HostedZoneId: 'Z1' }], [{ Subdomain: 'shop' }]])(
    'is refused where half of it is missing: %o',
    (parameters) => {
      expect(() => rendered(parameters)).toThrow(/HostedZoneId/);
    },
  );

  test('is owned by a function that changes rules of this stack, and no others', () => {
    const remove = (owner: string): PolicyRequest => ({
      action: 'elasticloadbalancing:DeleteRule',
      resource: listener('80').replace('listener', 'listener-rule').concat('/1'),
      context: { 'aws:ResourceTag/bitclouded:stack-id': owner },
    });
    const stackId = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/stack/0a1b2c3d-0000-0000-0000-000000000000';
    const statements = statementsOf('ListenerRuleOwnerRole');
    expect(decide(statements, remove(stackId))).toBe('allowed');
    expect(decide(statements, remove(stackId.replace('stack/stack', 'stack/other')))).toBe('neither');
    const create = { action: 'elasticloadbalancing:CreateRule', resource: listener('443') };
    expect(decide(statements, create)).toBe('allowed');
    expect(decide(statements, { ...create, resource: create.resource.replace('shared', 'other') })).toBe('neither');
  });
});

describe('the task', () => {
  test('runs on Fargate, or on instances where the cluster has them', () => {
    expect(properties('Task').RequiresCompatibilities).toEqual(['FARGATE']);
    expect(properties('Service').CapacityProviderStrategy).toEqual([{ CapacityProvider: 'FARGATE', Weight: 1 }]);
    expect(properties('Task', INSTANCES).RequiresCompatibilities).toEqual(['EC2']);
    expect(properties('Service', INSTANCES).CapacityProviderStrategy).toEqual([
      { CapacityProvider: 'instances-main-1', Weight: 1 },
    ]);
  });

  test('moves to another provider by a deployment, which nothing else forces', () => {
    const forced = (parameters?: Record<string, string>) => properties('Service', parameters).ForceNewDeployment;
    expect(forced()).toEqual({ EnableForceNewDeployment: true, ForceNewDeploymentNonce: 'FARGATE' });
    expect(forced(INSTANCES)).toMatchObject({ ForceNewDeploymentNonce: INSTANCES.EcsCapacityProvider });
    expect(forced({ Image: 'api:2', TaskSize: '256/512', ...HTTPS })).toEqual(forced());
  });

  test('has the size, the architecture and the disk that are chosen; instances share theirs', () => {
    const parameters = { TaskSize: '1024/4096', Architecture: 'x86_64', EphemeralStorageGib: '50' };
    expect(properties('Task', parameters)).toMatchObject({
      Cpu: '1024',
      Memory: '4096',
      RuntimePlatform: { CpuArchitecture: 'X86_64' },
      EphemeralStorage: { SizeInGiB: '50' },
    });
    expect(properties('Task').RuntimePlatform).toMatchObject({ CpuArchitecture: 'ARM64' });
    expect(properties('Task')).not.toHaveProperty('EphemeralStorage');
    expect(properties('Task', { ...parameters, ...INSTANCES })).not.toHaveProperty('EphemeralStorage');
  });

  test('writes to its root file system where it is let, or a shell is', () => {
    expect(container().ReadonlyRootFilesystem).toBe(true);
    expect(container({ WritableRoot: 'true' })).not.toHaveProperty('ReadonlyRootFilesystem');
    expect(container({ ExecuteCommand: 'true' })).not.toHaveProperty('ReadonlyRootFilesystem');
  });

  test('may do nothing by itself, unless a shell is let in', () => {
    expect(statementsOf('TaskRole')).toEqual([]);
    expect(properties('Service').EnableExecuteCommand).toBe(false);
    const shell = { ExecuteCommand: 'true', KeyArn: KEY };
    const statements = statementsOf('TaskRole', shell);
    expect(properties('Service', shell).EnableExecuteCommand).toBe(true);
    expect(decide(statements, { action: 'ssmmessages:OpenDataChannel', resource: '*' })).toBe('allowed');
    expect(decide(statements, { action: 'logs:PutLogEvents', resource: '${Logs.Arn}' })).toBe('allowed');
    expect(decide(statements, { action: 'logs:PutLogEvents', resource: 'another' })).toBe('neither');
    expect(decide(statements, { action: 'kms:Decrypt', resource: KEY })).toBe('allowed');
  });

  test('takes variables from secrets, each or one key of it, and reads those alone', () => {
    const parameters = { Secret1: `PASSWORD=${SECRET}`, Secret3: `USERNAME=${SECRET}:username::` };
    expect(container(parameters).Secrets).toEqual([
      { Name: 'PASSWORD', ValueFrom: SECRET },
      { Name: 'USERNAME', ValueFrom: `${SECRET}:username::` },
    ]);
    const read = (resource: string): PolicyRequest => ({ action: 'secretsmanager:GetSecretValue', resource });
    expect(decide(statementsOf('ExecutionRole', parameters), read(SECRET))).toBe('allowed');
    expect(decide(statementsOf('ExecutionRole', parameters), read(SECRET.replace('api', 'web')))).toBe('neither');
    expect(decide(statementsOf('ExecutionRole'), read(SECRET))).toBe('neither');
    expect(container().Secrets).toEqual([]);
  });

  test('takes variables from a file in S3, and ECS may read that file alone', () => {
    const parameters = { EnvironmentFileArn: 'arn:aws:s3:::settings/api/prod.env' };
    expect(container(parameters).EnvironmentFiles).toEqual([
      { Type: 's3', Value: 'arn:aws:s3:::settings/api/prod.env' },
    ]);
    const read = (resource: string): PolicyRequest => ({ action: 's3:GetObject', resource });
    const statements = statementsOf('ExecutionRole', parameters);
    expect(decide(statements, read('arn:aws:s3:::settings/api/prod.env'))).toBe('allowed');
    expect(decide(statements, read('arn:aws:s3:::settings/api/other.env'))).toBe('neither');
    expect(decide(statements, { action: 's3:GetBucketLocation', resource: 'arn:aws:s3:::settings' })).toBe('allowed');
    expect(container().EnvironmentFiles).toEqual([]);
  });

  test.each(['nginx', 'nginx:latest', 'registry.example.com/nginx', 'registry.example.com/nginx:latest', 'Nginx:1'])(
    'is never of the image %s, which may be another one tomorrow',
    (Image) => {
      expect(() => rendered({ Image })).toThrow(/Image/);
    },
  );

  test.each([
    `registry.example.com:5000/team/api@sha256:${'0'.repeat(64)}`,
    `api:1.2.3@sha256:${'0'.repeat(64)}`,
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:2026-11-23',
  ])('may be of the image %s', (Image) => {
    expect(container({ Image })).toMatchObject({ Image });
  });
});

describe('the service', () => {
  test('waits for its rule, goes back when it fails or when users get errors, and leaves its size to scaling', () => {
    const { Service } = rendered().resources;
    expect(Service!.DependsOn).toContain('ListenerRule');
    expect(Service!.Properties).toMatchObject({
      DeploymentConfiguration: {
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        Alarms: { AlarmNames: ['${Errors}'], Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
      },
      PropagateTags: 'SERVICE',
    });
    expect(Service!.Properties).not.toHaveProperty('DesiredCount');
    expect(Service!.Properties).not.toHaveProperty('ServiceName');
  });

  test('has no public address, and the groups of what it is and of what it connects to', () => {
    const network = (parameters?: Record<string, string>) =>
      (properties('Service', parameters).NetworkConfiguration as unknown as { AwsvpcConfiguration: object })
        .AwsvpcConfiguration;
    const own = ['sg-0e', '${ServiceSg.GroupId}'];
    expect(network()).toMatchObject({ AssignPublicIp: 'DISABLED', SecurityGroups: own });
    expect(network({ ClientSecurityGroups: 'sg-01,sg-02' })).toMatchObject({
      SecurityGroups: [...own, 'sg-01', 'sg-02'],
    });
    expect(() => rendered({ ClientSecurityGroups: 'sg-01,sg-02,sg-03,sg-04' })).toThrow(/ClientSecurityGroups/);
  });

  test('scales on cores, and on requests where it is asked to', () => {
    expect(properties('Scaling', { MinimumTasks: '3', MaximumTasks: '9' })).toMatchObject({
      ResourceId: 'service/main/${Service.Name}',
      MinCapacity: '3',
      MaxCapacity: '9',
    });
    expect(Object.keys(rendered().resources)).not.toContain('ScaleOnRequests');
    expect(properties('ScaleOnRequests', { RequestsPerTask: '600' })).toMatchObject({
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: '600',
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ALBRequestCountPerTarget',
          ResourceLabel: 'app/shared/0123456789abcdef/${TargetGroup.TargetGroupFullName}',
        },
      },
    });
  });

  test('rings the critical topic when nobody answers, once it has answered', () => {
    const CriticalArn = 'arn:aws:sns:eu-west-1:123456789012:critical';
    const alarm = rendered({ CriticalArn }).resources.NobodyAnswers!;
    expect(alarm.DependsOn).toContain('Service');
    expect(alarm.Properties).toMatchObject({ AlarmActions: [CriticalArn], TreatMissingData: 'breaching' });
  });

  test('sends requests as it is told', () => {
    const { TargetGroupAttributes } = properties('TargetGroup', {
      Sticky: 'true',
      SlowStartSeconds: '120',
      DrainSeconds: '15',
    }) as unknown as { TargetGroupAttributes: { Key: string; Value: string }[] };
    expect(Object.fromEntries(TargetGroupAttributes.map(({ Key, Value }) => [Key, Value]))).toEqual({
      'deregistration_delay.timeout_seconds': '15',
      'slow_start.duration_seconds': '120',
      'stickiness.enabled': 'true',
      'stickiness.type': 'lb_cookie',
    });
  });
});

test.each([
  ['another port', { Port: '3000' }],
  ['another image, size and secret', { Image: 'api:2', TaskSize: '256/512', Secret1: `A=${SECRET}` }],
  ['a certificate and a name', { ...HTTPS, ...DNS, Subdomain: 'shop' }],
  ['instances', INSTANCES],
  ['keys and a shell', { KeyArn: KEY, LogsKeyArn: KEY, ExecuteCommand: 'true' }],
])('%s replaces the task definition at most', (_, after) => {
  const { changes } = fullDiff({ Resources: rendered().resources }, { Resources: rendered(after).resources }).resources;
  const replaced = Object.entries(changes)
    .filter(([, { changeImpact }]) => changeImpact === ResourceImpact.WILL_REPLACE)
    .map(([id]) => id);
  expect(Object.keys(changes).length).toBeGreaterThan(0);
  expect(replaced.filter((id) => id !== 'Task')).toEqual([]);
});

test.each(['aws', 'aws-cn', 'aws-us-gov'] as const)('names resources of the partition %s', (partition) => {
  const { resources } = rendered({}, { partition });
  const made = JSON.stringify([resources.ListenerRuleOwnerRole, resources.ExecutionRole, resources.TaskRole]);
  const arns = made.match(/"arn:aws[a-z-]*:(?:ecs|ecr|elasticloadbalancing):[^"]*"/g)!;
  expect(new Set(arns.map((arn) => arn.split(':')[1]))).toEqual(new Set([partition]));
});
