import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { decide, type PolicyRequest, type Rendered, type RenderOptions, render, type Statement } from '@bitclouded/kit';
import template from './template.ts';

const FILES = 'arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-0f';
const POINT = 'arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0a';
const DB_SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:blog-AbCdEf';
const listener = (id: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/${id}`;
const NEEDED = {
  AdminEmail: 'admin@example.com',
  VpcId: 'vpc-0a',
  ServerSubnets: 'subnet-0a,subnet-0b',
  ElbTargetSg: 'sg-0e',
  ClusterName: 'main',
  EcsCapacityProvider: '',
  AlbFullName: 'app/shared/0123456789abcdef',
  AlbDnsName: 'shared-1.eu-west-1.elb.amazonaws.com',
  AlbZoneId: 'Z32O12XQLNTSW2',
  HttpListenerArn: listener('80'),
  DbEndpoint: 'db.example.com',
  DbPort: '3306',
  DbEngine: 'mysql',
  DbClientSg: 'sg-0d',
  FileSystemId: 'fs-0f',
  FileSystemArn: FILES,
  FileClientSg: 'sg-0f',
  AppDbSecretArn: DB_SECRET,
  AppDbName: 'blog',
  AppAccessPointArn: POINT,
  AppAccessPointId: 'fsap-0a',
};
const NAMED = {
  HttpsListenerArn: listener('443'),
  HostedZoneId: 'Z0123456789',
  ZoneName: 'example.com',
  Subdomain: 'blog',
};

function rendered(parameters: Record<string, string> = {}, options: RenderOptions = {}): Rendered {
  return render(template, { ...options, parameters: { ...NEEDED, ...parameters } });
}

const properties = (id: string, parameters?: Record<string, string>) =>
  rendered(parameters).resources[id]!.Properties as Record<string, never>;

interface Container {
  readonly Environment: { readonly Name: string; readonly Value: string }[];
  readonly Secrets: { readonly Name: string; readonly ValueFrom: string }[];
}
const container = (parameters?: Record<string, string>): Container =>
  (properties('Task', parameters).ContainerDefinitions as unknown as [Container])[0];

const statementsOf = (role: string): Statement[] =>
  (properties(role).Policies as unknown as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );

describe('the container', () => {
  test('knows its address, its database and who administers it', () => {
    expect(Object.fromEntries(container(NAMED).Environment.map(({ Name, Value }) => [Name, Value]))).toEqual({
      WORDPRESS_URL: 'https://blog.example.com',
      WORDPRESS_TITLE: 'WordPress',
      WORDPRESS_ADMIN_USER: 'admin',
      WORDPRESS_ADMIN_EMAIL: 'admin@example.com',
      WORDPRESS_DB_HOST: 'db.example.com',
      WORDPRESS_DB_PORT: '3306',
      WORDPRESS_DB_NAME: 'blog',
    });
    expect(rendered(NAMED).outputs).toEqual({ WordpressUrl: 'https://blog.example.com' });
    expect(rendered().outputs).toEqual({ WordpressUrl: 'http://shared-1.eu-west-1.elb.amazonaws.com' });
  });

  test('gets user and password as they are when it starts, for a rotation changes both', () => {
    expect(container().Secrets).toEqual([
      { Name: 'WORDPRESS_DB_USER', ValueFrom: `${DB_SECRET}:username::` },
      { Name: 'WORDPRESS_DB_PASSWORD', ValueFrom: `${DB_SECRET}:password::` },
      { Name: 'WORDPRESS_ADMIN_PASSWORD', ValueFrom: '${AdminSecret.Id}' },
    ]);
    expect(properties('Service').Tags).toContainEqual({ Key: 'bitclouded:secret', Value: DB_SECRET });
    const read = (resource: string): PolicyRequest => ({ action: 'secretsmanager:GetSecretValue', resource });
    const statements = statementsOf('ExecutionRole');
    for (const secret of [DB_SECRET, '${AdminSecret.Id}']) expect(decide(statements, read(secret))).toBe('allowed');
    expect(decide(statements, read(DB_SECRET.replace('blog', 'shop')))).toBe('neither');
  });

  test('mounts its folder of the shared files over TLS and by IAM, and writes nowhere else but in scratch folders', () => {
    expect(properties('Task').Volumes).toEqual([
      {
        Name: 'shared',
        EFSVolumeConfiguration: {
          FilesystemId: 'fs-0f',
          TransitEncryption: 'ENABLED',
          AuthorizationConfig: { AccessPointId: 'fsap-0a', IAM: 'ENABLED' },
        },
      },
      { Name: 'tmp' },
      { Name: 'run' },
    ]);
    expect(container()).toMatchObject({
      ReadonlyRootFilesystem: true,
      MountPoints: [
        { SourceVolume: 'shared', ContainerPath: '/var/www/shared' },
        { SourceVolume: 'tmp', ContainerPath: '/tmp' },
        { SourceVolume: 'run', ContainerPath: '/run/wordpress' },
      ],
    });
    const mount = (point: string): PolicyRequest => ({
      action: 'elasticfilesystem:ClientWrite',
      resource: FILES,
      context: { 'elasticfilesystem:AccessPointArn': point },
    });
    expect(decide(statementsOf('TaskRole'), mount(POINT))).toBe('allowed');
    expect(decide(statementsOf('TaskRole'), mount(POINT.replace('fsap-0a', 'fsap-0b')))).toBe('neither');
  });

  test('is of the release, listens on 8080, and is asked on a path that needs no database', () => {
    expect(container()).toMatchObject({
      Image: 'unbound',
      PortMappings: [{ ContainerPort: 8080 }],
      HealthCheck: { Command: ['CMD', 'wordpress-healthcheck'] },
    });
    expect(properties('TargetGroup').HealthCheckPath).toBe('/healthz');
  });
});

test('reaches database and files by their groups, four an interface together', () => {
  expect(properties('Service').NetworkConfiguration).toMatchObject({
    AwsvpcConfiguration: { SecurityGroups: ['sg-0e', '${ServiceSg.GroupId}', 'sg-0d', 'sg-0f'] },
  });
});

test('keeps the administrator’s first password, which no parameter makes anew', () => {
  const secret = (parameters?: Record<string, string>) => rendered(parameters).resources.AdminSecret!;
  expect(secret()).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  expect(secret({ AdminUser: 'somebody', AdminEmail: 'else@example.com', Title: 'Other' })).toEqual(secret());
});

test('refuses a database that WordPress cannot use, before anything is made', () => {
  expect(() => rendered({ DbEngine: 'postgres' })).toThrow(/WordPress needs MySQL/);
});

test.each([
  ['a certificate and a name', NAMED],
  ['another size', { TaskSize: '2048/4096', MinimumTasks: '3' }],
  ['another secret and endpoint, after a restore', { AppDbSecretArn: `${DB_SECRET}2`, DbEndpoint: 'new.example.com' }],
  ['a shell', { ExecuteCommand: 'true' }],
])('%s replaces the task definition at most', (_, after) => {
  const { changes } = fullDiff({ Resources: rendered().resources }, { Resources: rendered(after).resources }).resources;
  const replaced = Object.entries(changes)
    .filter(([, { changeImpact }]) => changeImpact === ResourceImpact.WILL_REPLACE)
    .map(([id]) => id);
  expect(replaced).toEqual(['Task'].filter((id) => replaced.includes(id)));
  expect(Object.keys(changes).length).toBeGreaterThan(0);
});
