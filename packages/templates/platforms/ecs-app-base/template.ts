import {
  type Build,
  defineTemplate,
  type FunctionParts,
  functionInVpcMay,
  output,
  ownArn,
  param,
  when,
} from '@bitclouded/kit';
import { Aws, type CfnResource, Fn, Token } from 'aws-cdk-lib';
import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { CfnAccessPoint } from 'aws-cdk-lib/aws-efs';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import dbBootstrap from '../../../lambdas/db-bootstrap/lambda.ts';
import secretRotation from '../../../lambdas/secret-rotation/lambda.ts';
import efs from '../../datastore/efs/template.ts';
import rds from '../../datastore/rds/template.ts';
import kms from '../../foundation/kms/template.ts';
import elbSubnets from '../../networking/elb-subnets/template.ts';
import vpc from '../../networking/vpc/template.ts';
import alerts from '../../operations/alerts/template.ts';
import ecsBase from '../ecs-base/template.ts';

/** Where the runtime of the functions has the authorities that sign the servers of Amazon RDS. */
const RDS_AUTHORITIES = '/var/runtime/ca-cert.pem';
const LOG_DAYS = 30;

const parameters = {
  AppName: param.text({
    description:
      'Name of the application: of its database, its user and its folder. Chosen once: another name makes another, empty database and folder',
    pattern:
      '(?!(?:postgres|template[01]|rdsadmin|mysql|sys|information_schema|performance_schema|innodb|tmp)$)[a-z][a-z0-9_]{0,25}',
    hint: 'at most 26 lower-case letters, digits and underscores, a letter first, and no name of the server’s own',
    group: 'Application',
  }),
  PosixId: param.count({
    description:
      'User and group that owns the application’s files, whatever user its container runs as. Chosen once: another one makes another access point, which may not write to the files that are there',
    default: '10001',
    minimum: 1,
    maximum: 65_534,
    group: 'Application',
    label: 'POSIX user and group',
  }),
  RotationDays: param.count({
    description:
      'Days after which the user’s password is changed and the services that use it are deployed anew; 0 for never. Interrupts nothing',
    default: '30',
    minimum: 0,
    maximum: 1000,
    group: 'Application',
  }),
  Revision: param.text({
    description: 'Any text: another one prepares the database again, such as after its secret was changed by hand',
    default: '1',
    pattern: '[A-Za-z0-9_.-]{1,64}',
    hint: 'at most 64 letters, digits, points, hyphens and underscores',
    group: 'Application',
  }),
  VpcId: param.from(vpc, 'VpcId'),
  ServerSubnets: param.from(elbSubnets, 'ServerSubnets'),
  ...param.allFrom(rds, ['DbEndpoint', 'DbPort', 'DbAdminSecretArn', 'DbClientSg']),
  DbEngine: { ...param.from(rds, 'DbEngine'), allowedValues: ['postgres', 'mysql'] },
  FileSystemId: param.from(efs, 'FileSystemId'),
  ClusterName: param.recommendedFrom(ecsBase, 'ClusterName'),
  KeyArn: param.recommendedFrom(kms, 'KeyArn'),
  LogsKeyArn: param.recommendedFrom(kms, 'LogsKeyArn'),
  WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
};
type Kit = Build<typeof parameters>;

export default defineTemplate({
  name: 'platforms/ecs-app-base',
  summary: 'A database, a user with a rotated password and a folder of shared files, for one application',
  instance: 'per consumer',
  parameters,
  outputs: {
    AppDbSecretArn: output.secretArn('Secret with username, password and dbname of the application'),
    AppDbName: output.databaseName('Database of the application'),
    AppAccessPointArn: output.arn('Access point of the application’s files, as policies name it'),
    AppAccessPointId: output.accessPointId('Access point of the application’s files'),
  },
  build(kit) {
    const { scope, params, keep } = kit;
    const id = Token.asString(params.PosixId);
    const folder = keep(
      new CfnAccessPoint(scope, 'AccessPoint', {
        fileSystemId: params.FileSystemId,
        posixUser: { uid: id, gid: id },
        rootDirectory: {
          path: Fn.join('', ['/', params.AppName]),
          creationInfo: { ownerUid: id, ownerGid: id, permissions: '0750' },
        },
        accessPointTags: [{ key: 'Name', value: Aws.STACK_NAME }],
      }),
    );

    const secret = new CfnSecret(scope, 'Secret', {
      description: Fn.sub('User of the database ${AppName}'),
      kmsKeyId: params.KeyArn.or(),
      // Never anything here that may change: what is generated anew is another password, and another user after a rotation.
      generateSecretString: {
        secretStringTemplate: Fn.sub('{"username":"${AppName}","dbname":"${AppName}"}'),
        generateStringKey: 'password',
        passwordLength: 40,
        excludePunctuation: true,
      },
    });

    const database = preparedDatabase(kit, secret);
    rotation(kit, secret, database);

    return {
      AppDbSecretArn: secret.attrId,
      // Of the custom resource: who takes it waits for the database.
      AppDbName: database.getAtt('AppDbName').toString(),
      AppAccessPointArn: folder.attrArn,
      AppAccessPointId: folder.ref,
    };
  },
});

/** The database and its user, made once and never removed. */
function preparedDatabase(kit: Kit, secret: CfnSecret): CfnResource {
  const { params, lambdaFunction, customResource } = kit;
  const bootstrap = lambdaFunction('Bootstrap', dbBootstrap, {
    environment: { DATABASE_CA_FILE: RDS_AUTHORITIES },
    grants: { read: [params.DbAdminSecretArn, secret.attrId], decrypt: throughSecrets(params) },
    statements: functionInVpcMay(),
    logs: { retentionInDays: LOG_DAYS, key: params.LogsKeyArn },
  });
  inVpc(kit, bootstrap);
  return customResource('Database', dbBootstrap, bootstrap, {
    DbEndpoint: params.DbEndpoint,
    DbPort: Token.asString(params.DbPort),
    DbEngine: params.DbEngine,
    DbAdminSecretArn: params.DbAdminSecretArn,
    AppDbSecretArn: secret.attrId,
    AppDbName: params.AppName,
    Revision: params.Revision,
  });
}

/** Two users in turn, so that what runs keeps its login until it is deployed anew with the other one. */
function rotation(kit: Kit, secret: CfnSecret, database: CfnResource): void {
  const { scope, params, condition, lambdaFunction, alarm } = kit;
  const isOff = condition('NeverRotates', { equal: [params.RotationDays, '0'] });
  const rotates = condition('Rotates', { not: isOff });
  const hasCluster = params.ClusterName.given;
  const hasNoCluster = condition('HasNoCluster', { not: hasCluster });
  const cluster = ownArn('ecs', `cluster/${params.ClusterName.orEmpty}`);
  const services = ownArn('ecs', `service/${params.ClusterName.or('*')}/*`);

  const rotator = lambdaFunction('Rotator', secretRotation, {
    environment: {
      DATABASE_CA_FILE: RDS_AUTHORITIES,
      DB_ENDPOINT: params.DbEndpoint,
      DB_PORT: Token.asString(params.DbPort),
      DB_ENGINE: params.DbEngine,
      DB_ADMIN_SECRET_ARN: params.DbAdminSecretArn,
      APP_DB_NAME: params.AppName,
      CLUSTER_NAME: params.ClusterName.orEmpty,
    },
    grants: {
      secret: [secret.attrId],
      admin: [params.DbAdminSecretArn],
      decrypt: throughSecrets(params),
      encrypt: throughSecrets(params),
      clusters: { resources: ['*'], only: hasNoCluster },
      list: { resources: ['*'], condition: when(hasCluster, { ArnEquals: { 'ecs:cluster': cluster } }) },
      services: [services],
      deploy: {
        resources: [services],
        condition: { StringEquals: { 'aws:ResourceTag/bitclouded:secret': secret.attrId } },
      },
    },
    statements: functionInVpcMay(),
    logs: { retentionInDays: LOG_DAYS, key: params.LogsKeyArn },
  });
  const group = inVpc(kit, rotator);
  const permission = new CfnPermission(scope, 'RotatorInvoked', {
    functionName: rotator.function.ref,
    action: 'lambda:InvokeFunction',
    principal: 'secretsmanager.amazonaws.com',
    sourceArn: secret.attrId,
  });
  const schedule = new CfnRotationSchedule(scope, 'Rotation', {
    secretId: secret.attrId,
    rotationLambdaArn: rotator.function.attrArn,
    rotationRules: { automaticallyAfterDays: params.RotationDays },
    rotateImmediatelyOnUpdate: false,
  });
  // When it is set up, Secrets Manager lets the function try the login.
  for (const needed of [permission, database]) schedule.addResourceDependency(needed);
  for (const resource of [...Object.values(rotator), group, permission, schedule]) rotates.guards(resource);

  alarm('RotationFails', {
    description:
      'The password of the database’s user could not be changed; the old one works on. Secrets Manager tries again: see the log of the function for the reason',
    on: schedule,
    namespace: 'AWS/Lambda',
    metric: 'Errors',
    dimensions: { FunctionName: rotator.function.ref },
    statistic: 'Sum',
    threshold: 0,
    periodSeconds: 3600,
    periods: 1,
    tell: params.WarningArn,
  });
}

/** Functions call Secrets Manager, ECS and S3, and the database by the group of its clients. */
function inVpc({ scope, params }: Kit, { function: made, role }: FunctionParts): CfnSecurityGroup {
  const own = new CfnSecurityGroup(scope, `${made.node.id}Sg`, {
    vpcId: params.VpcId,
    groupDescription: 'The function that prepares the database, or the one that rotates its secret',
    securityGroupEgress: [
      { ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIp: '0.0.0.0/0', description: 'APIs, and answers' },
    ],
  });
  made.vpcConfig = {
    subnetIds: params.ServerSubnets,
    securityGroupIds: [own.attrGroupId, params.DbClientSg],
  };
  // Lambda takes its interfaces away by this role, after the function is gone; the group goes only when they are.
  own.addResourceDependency(role);
  return own;
}

/** The key of the environment, used by Secrets Manager in the function's name. The administrator's secret has RDS's own. */
function throughSecrets({ KeyArn }: Kit['params']) {
  return {
    resources: [KeyArn.orEmpty],
    condition: { StringLike: { 'kms:ViaService': `secretsmanager.${Aws.REGION}.amazonaws.com*` } },
    only: KeyArn.given,
  };
}
