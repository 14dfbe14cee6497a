import {
  type Build,
  defineTemplate,
  output,
  param,
  type WebContainer,
  webService,
  webServiceParameters,
} from '@bitclouded/kit';
import { Fn, Token } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import wordpress from '../../../images/wordpress/image.ts';
import listenerRule from '../../../lambdas/listener-rule/lambda.ts';
import efs from '../../datastore/efs/template.ts';
import rds from '../../datastore/rds/template.ts';
import dnsZone from '../../foundation/dns-zone/template.ts';
import kms from '../../foundation/kms/template.ts';
import elbSubnets from '../../networking/elb-subnets/template.ts';
import vpc from '../../networking/vpc/template.ts';
import alerts from '../../operations/alerts/template.ts';
import ecsAppBase from '../../platforms/ecs-app-base/template.ts';
import ecsBase from '../../platforms/ecs-base/template.ts';
import loadbalancer from '../loadbalancer/template.ts';

/** Where the image listens, and what of it is writable. Source: the README of packages/images/wordpress. */
const PORT = 8080;
const HEALTH_CHECK_PATH = '/healthz';
const SHARED = '/var/www/shared';
const SCRATCH = { tmp: '/tmp', run: '/run/wordpress' };
/** The first task waits for the database for a minute, and installs; the others wait for it. */
const GRACE_SECONDS = 300;

const parameters = {
  Title: param.text({
    description: 'Title of the site, used once: when it is installed. Later WordPress itself knows it',
    default: 'WordPress',
    pattern: '[^\\x00-\\x1f]{1,200}',
    hint: 'a text of one line',
    group: 'Site',
  }),
  AdminUser: param.text({
    description: 'Name of the administrator, used once: when the site is installed',
    default: 'admin',
    pattern: '[A-Za-z0-9_.-]{1,60}',
    hint: 'at most 60 letters, digits, points, hyphens and underscores',
    group: 'Site',
    label: 'Administrator',
  }),
  AdminEmail: param.emailAddress({
    description: 'E-mail address of the administrator, used once: when the site is installed',
    group: 'Site',
    label: 'E-mail address of the administrator',
  }),
  Subdomain: param.optionalText({
    description:
      'Name of the site in the zone, such as blog; empty for the zone itself. Changing it moves the site at once; links inside of its pages stay as they are',
    pattern: '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*',
    hint: 'a name such as blog',
    group: 'Site',
  }),
  ...webServiceParameters,
  TaskSize: { ...webServiceParameters.TaskSize, default: '1024/2048' },
  ...param.allFrom(vpc, ['VpcId', 'ElbTargetSg']),
  ServerSubnets: param.from(elbSubnets, 'ServerSubnets'),
  ...param.allFrom(ecsBase, ['ClusterName', 'EcsCapacityProvider']),
  ...param.allFrom(loadbalancer, ['AlbFullName', 'AlbDnsName', 'AlbZoneId', 'HttpListenerArn', 'HttpsListenerArn']),
  ...param.allFrom(rds, ['DbEndpoint', 'DbPort', 'DbClientSg']),
  DbEngine: { ...param.from(rds, 'DbEngine'), allowedValues: ['postgres', 'mysql'] },
  ...param.allFrom(efs, ['FileSystemId', 'FileSystemArn', 'FileClientSg']),
  ...param.allFrom(ecsAppBase, ['AppDbSecretArn', 'AppDbName', 'AppAccessPointArn', 'AppAccessPointId']),
  HostedZoneId: param.recommendedFrom(dnsZone, 'HostedZoneId'),
  ZoneName: param.recommendedFrom(dnsZone, 'ZoneName'),
  KeyArn: param.recommendedFrom(kms, 'KeyArn'),
  LogsKeyArn: param.recommendedFrom(kms, 'LogsKeyArn'),
  CriticalArn: param.recommendedFrom(alerts, 'CriticalArn'),
  WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
};
type Kit = Build<typeof parameters>;

export default defineTemplate({
  name: 'hosting/ecs-wordpress',
  summary: 'WordPress in several replicas on Fargate, with shared files and a database of its own',
  requires: { 'datastore/rds': { Engine: 'mysql' } },
  parameters,
  outputs: { WordpressUrl: output.url('Address of the site') },
  build(kit) {
    const { scope, params, connects, rule } = kit;
    rule('EngineIsMysql', {
      describe: 'WordPress needs MySQL: wire a datastore/rds with Engine mysql, and an ecs-app-base on it',
      assert: Fn.conditionEquals(params.DbEngine, 'mysql'),
    });
    // Of no parameter: what is generated anew is another password, which WordPress would not know.
    const admin = new CfnSecret(scope, 'AdminSecret', {
      description: 'Password of the administrator of WordPress, as it was when the site was installed',
      kmsKeyId: params.KeyArn.or(),
      generateSecretString: { passwordLength: 32, excludePunctuation: true },
    });
    const { service, url } = webService(kit, params, {
      listenerRule,
      path: '/*',
      healthCheckPath: HEALTH_CHECK_PATH,
      healthCheckGraceSeconds: GRACE_SECONDS,
      clientGroups: [params.DbClientSg, params.FileClientSg],
      // By it the rotation of the secret finds what to deploy anew.
      tags: { 'bitclouded:secret': params.AppDbSecretArn },
      container: (address) => container(kit, admin, address),
    });
    connects({ from: service, to: 'DbEndpoint', port: 'DbPort', why: 'Posts, users and settings are in the database' });
    connects({ from: service, to: 'FileSystemId', port: 2049, why: 'Uploads, plugins and themes are shared files' });
    connects({ from: service, to: 'the internet', port: 443, why: 'Plugins and themes come from wordpress.org' });
    return { WordpressUrl: url };
  },
});

function container({ params, artifacts }: Kit, admin: CfnSecret, url: string): WebContainer {
  const scratch = Object.entries(SCRATCH);
  return {
    image: artifacts.container(wordpress),
    port: PORT,
    environment: {
      WORDPRESS_URL: url,
      WORDPRESS_TITLE: params.Title,
      WORDPRESS_ADMIN_USER: params.AdminUser,
      WORDPRESS_ADMIN_EMAIL: params.AdminEmail,
      WORDPRESS_DB_HOST: params.DbEndpoint,
      WORDPRESS_DB_PORT: Token.asString(params.DbPort),
      WORDPRESS_DB_NAME: params.AppDbName,
    },
    secrets: [
      { name: 'WORDPRESS_DB_USER', valueFrom: `${params.AppDbSecretArn}:username::` },
      { name: 'WORDPRESS_DB_PASSWORD', valueFrom: `${params.AppDbSecretArn}:password::` },
      { name: 'WORDPRESS_ADMIN_PASSWORD', valueFrom: admin.attrId },
    ],
    readsSecrets: [{ arn: params.AppDbSecretArn }, { arn: admin.attrId }],
    volumes: [
      {
        name: 'shared',
        efsVolumeConfiguration: {
          filesystemId: params.FileSystemId,
          transitEncryption: 'ENABLED',
          authorizationConfig: { accessPointId: params.AppAccessPointId, iam: 'ENABLED' },
        },
      },
      // Of the task's own disk: the root file system is read-only.
      ...scratch.map(([name]) => ({ name })),
    ],
    mounts: [
      { sourceVolume: 'shared', containerPath: SHARED, readOnly: false },
      ...scratch.map(([name, path]) => ({ sourceVolume: name, containerPath: path, readOnly: false })),
    ],
    may: [
      {
        Sid: 'SharedFiles',
        Effect: 'Allow',
        Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        Resource: params.FileSystemArn,
        Condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': params.AppAccessPointArn } },
      },
    ],
    more: {
      healthCheck: {
        command: ['CMD', 'wordpress-healthcheck'],
        interval: 15,
        timeout: 10,
        retries: 4,
        startPeriod: GRACE_SECONDS,
      },
    },
  };
}
