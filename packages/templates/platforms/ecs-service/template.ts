import {
  type Build,
  defineTemplate,
  type Optional,
  output,
  param,
  type Statement,
  webService,
  webServiceParameters,
  when,
  whenMap,
} from '@bitclouded/kit';
import { Aws, Fn } from 'aws-cdk-lib';
import type { CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import listenerRule from '../../../lambdas/listener-rule/lambda.ts';
import dnsZone from '../../foundation/dns-zone/template.ts';
import kms from '../../foundation/kms/template.ts';
import loadbalancer from '../../hosting/loadbalancer/template.ts';
import elbSubnets from '../../networking/elb-subnets/template.ts';
import vpc from '../../networking/vpc/template.ts';
import alerts from '../../operations/alerts/template.ts';
import ecsBase from '../ecs-base/template.ts';

/** Variables whose values come from secrets. Templates cannot tell how many of something a user wants: four. */
const SECRETS = ['Secret1', 'Secret2', 'Secret3', 'Secret4'] as const;
const secret = param.optionalText({
  description:
    'A variable and the secret that it gets its value from when a task starts: NAME=arn:…, with :key:: for one key of it',
  pattern:
    '[A-Za-z_][A-Za-z0-9_]*=arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:[A-Za-z0-9/_+.@-]+(?::[A-Za-z0-9_-]*:[A-Za-z0-9_-]*:[A-Za-z0-9-]*)?',
  hint: 'NAME=arn:…:secret:name-AbCdEf or NAME=arn:…:secret:name-AbCdEf:key::',
  group: 'Container',
});

const parameters = {
  Image: param.text({
    description: 'Image of the container, by digest or by a tag that nobody moves. Changing it starts every task anew',
    pattern:
      '(?!.*:latest$)[a-z0-9][A-Za-z0-9._-]*(?::\\d+)?(?:/[a-z0-9][a-z0-9._-]*)*(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?@sha256:[0-9a-f]{64})',
    hint: 'registry/name@sha256:… or registry/name:tag, and never :latest',
    group: 'Container',
  }),
  Port: param.port({
    description: 'Port on which the container takes HTTP. Changing it starts every task anew',
    default: '8080',
    group: 'Container',
  }),
  HealthCheckPath: param.text({
    description: 'Path that answers with the status 200 as long as the container works',
    default: '/',
    pattern: '/[A-Za-z0-9_./?=&%~-]*',
    hint: 'a path that begins with /',
    group: 'Container',
  }),
  HealthCheckGraceSeconds: param.count({
    description: 'Seconds in which a new task is not stopped by failed health checks: its time to start',
    default: '60',
    minimum: 0,
    maximum: 3600,
    group: 'Container',
  }),
  EnvironmentFileArn: param.optionalText({
    description:
      'Object in S3, in the same region, with variables of the container: a line of NAME=value each, its name ending in .env. Read when a task starts',
    pattern: 'arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]+[a-z0-9]/[A-Za-z0-9!_.*/-]+\\.env',
    hint: 'arn:aws:s3:::bucket/path/name.env',
    group: 'Container',
  }),
  Secret1: secret,
  Secret2: secret,
  Secret3: secret,
  Secret4: secret,
  WritableRoot: param.flag({
    description: 'Lets the container write to its root file system. Changing it starts every task anew',
    group: 'Container',
  }),
  EphemeralStorageGib: param.count({
    description: 'GB of a task’s own disk on Fargate; what is on it goes with the task. Instances share theirs',
    default: '20',
    minimum: 20,
    maximum: 200,
    group: 'Container',
    label: 'Ephemeral storage in GB',
  }),
  ClientSecurityGroups: param.optionalText({
    description:
      'Security groups of what the container connects to, such as DbClientSg, separated by commas; three at most. Changing it starts every task anew',
    pattern: 'sg-[0-9a-f]+(?:,sg-[0-9a-f]+){0,2}',
    hint: 'one to three of sg-…, separated by commas',
    group: 'Container',
  }),
  ...webServiceParameters,
  Subdomain: param.optionalText({
    description: 'Name of the service in the zone, such as shop; empty for the zone itself. Moves its records at once',
    pattern: '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*',
    hint: 'a name such as shop',
    group: 'Address',
  }),
  Path: param.text({
    description:
      'Requests that are for it, * for any text. Without a zone, services of one load balancer are told apart by it alone',
    default: '/*',
    pattern: '/[A-Za-z0-9_.$/~@:+&*?-]{0,127}',
    hint: 'a path such as /shop/*',
    group: 'Address',
  }),
  ...param.allFrom(vpc, ['VpcId', 'ElbTargetSg']),
  ServerSubnets: param.from(elbSubnets, 'ServerSubnets'),
  ...param.allFrom(ecsBase, ['ClusterName', 'EcsCapacityProvider']),
  ...param.allFrom(loadbalancer, ['AlbFullName', 'AlbDnsName', 'AlbZoneId', 'HttpListenerArn', 'HttpsListenerArn']),
  HostedZoneId: param.recommendedFrom(dnsZone, 'HostedZoneId'),
  ZoneName: param.recommendedFrom(dnsZone, 'ZoneName'),
  KeyArn: param.recommendedFrom(kms, 'KeyArn'),
  LogsKeyArn: param.recommendedFrom(kms, 'LogsKeyArn'),
  CriticalArn: param.recommendedFrom(alerts, 'CriticalArn'),
  WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
};
type Kit = Build<typeof parameters>;

export default defineTemplate({
  name: 'platforms/ecs-service',
  summary: 'Any container as a service behind the shared load balancer, which scales, heals and goes back by itself',
  parameters,
  outputs: { ServiceUrl: output.url('Address of the service') },
  build(kit) {
    const { params, condition } = kit;
    const file = params.EnvironmentFileArn;
    const isSmall = condition('HasDefaultStorage', { equal: [params.EphemeralStorageGib, '20'] });
    const onFargate = condition('RunsOnFargate', { not: params.EcsCapacityProvider.given });
    const isLarge = condition('HasMoreStorage', { not: isSmall });
    const { url } = webService(kit, params, {
      listenerRule,
      path: params.Path,
      healthCheckPath: params.HealthCheckPath,
      healthCheckGraceSeconds: params.HealthCheckGraceSeconds,
      groups: (own) => securityGroups(params, own),
      container: (serviceUrl) => ({
        image: params.Image,
        port: params.Port,
        environment: { SERVICE_URL: serviceUrl },
        secrets: SECRETS.map((name) => secretOf(params[name])),
        readsSecrets: SECRETS.map((name) => ({ arn: secretArn(params[name].orEmpty), only: params[name].given })),
        writableRoot: params.WritableRoot,
        ephemeralStorageGib: {
          size: params.EphemeralStorageGib,
          isMore: condition('HasOwnStorage', { all: [onFargate, isLarge] }),
        },
        more: {
          environmentFiles: [
            whenMap<CfnTaskDefinition.EnvironmentFileProperty>(file.given, { Type: 's3', Value: file.orEmpty }),
          ],
        },
        startMay: readsFile(kit),
      }),
    });
    return { ServiceUrl: url };
  },
});

/** Its own group, that of what stands behind load balancers, and those of what it connects to: one list of the three. */
function securityGroups({ ElbTargetSg, ClientSecurityGroups }: Kit['params'], own: string): string[] {
  const always = [ElbTargetSg, own];
  const all = Fn.split(',', Fn.join(',', [...always, ClientSecurityGroups.orEmpty]));
  return when(ClientSecurityGroups.given, all, always);
}

/** `NAME=<where>`, as ECS takes it. No ARN of a secret has an equals sign, as far as the pattern lets it in. */
function secretOf({ given, orEmpty }: Optional<'text'>): CfnTaskDefinition.SecretProperty {
  const [name, valueFrom] = [0, 1].map((index) => Fn.select(index, Fn.split('=', orEmpty)));
  return whenMap<CfnTaskDefinition.SecretProperty>(given, { Name: name, ValueFrom: valueFrom });
}

/** The ARN alone: of `NAME=arn:…:secret:name:key::` seven parts between colons. */
function secretArn(text: string): string {
  const parts = Fn.split(':', Fn.select(1, Fn.split('=', text)));
  return Fn.join(
    ':',
    [0, 1, 2, 3, 4, 5, 6].map((index) => Fn.select(index, parts)),
  );
}

/** Source: ECS Developer Guide, "Pass environment variables to an Amazon ECS container", Required IAM permissions. */
function readsFile({ params, condition }: Kit): Statement[] {
  const { EnvironmentFileArn: file, KeyArn } = params;
  const bucket = Fn.select(0, Fn.split('/', file.orEmpty));
  const allow = (Sid: string, Action: string, Resource: string): Statement => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
  });
  return [
    when(file.given, allow('EnvironmentFile', 's3:GetObject', file.orEmpty)),
    when(file.given, allow('EnvironmentBucket', 's3:GetBucketLocation', bucket)),
    when(condition('FileMayHaveKey', { all: [file.given, KeyArn.given] }), {
      ...allow('EnvironmentKey', 'kms:Decrypt', KeyArn.orEmpty),
      Condition: { StringLike: { 'kms:ViaService': `s3.${Aws.REGION}.amazonaws.com*` } },
    }),
  ];
}
