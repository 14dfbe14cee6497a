import { defineLambda } from '@bitclouded/kit';

export default defineLambda({
  name: 'secret-rotation',
  summary: 'Rotates the secret of an application’s database by two users in turn, then deploys its services anew',
  trigger: 'Secrets Manager: the four steps of a rotation, each an invocation inside the VPC',
  memoryMb: 256,
  // Two secrets, two connections and a dozen statements, then a call for each service; the rest is patience.
  timeoutSeconds: 120,
  environment: {
    DATABASE_CA_FILE:
      'Path of the PEM file with the authorities that database servers are trusted by; of the runtime: /var/runtime/ca-cert.pem',
    DB_ENDPOINT: 'Host name of the database server, for which its certificate is',
    DB_PORT: 'Port of the database server',
    DB_ENGINE: 'postgres or mysql',
    DB_ADMIN_SECRET_ARN: 'ARN of the administrator’s secret: JSON with username and password',
    APP_DB_NAME: 'Name of the application’s database, as db-bootstrap made it',
    CLUSTER_NAME:
      'Name of the ECS cluster whose services are looked through for the tag bitclouded:secret; empty is every cluster of the region',
  },
  grants: {
    secret: {
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      why: 'Reads the application’s secret, writes its next version and makes that the current one',
    },
    admin: {
      actions: ['secretsmanager:GetSecretValue'],
      why: 'Reads the administrator’s secret, by which it makes users and sets their passwords',
    },
    decrypt: {
      actions: ['kms:Decrypt'],
      why: 'Opens both secrets where a key of ours encrypts them',
    },
    encrypt: {
      actions: ['kms:GenerateDataKey'],
      why: 'Writes the application’s secret where a key of ours encrypts it',
    },
    clusters: {
      actions: ['ecs:ListClusters'],
      why: 'Finds the clusters, where CLUSTER_NAME is empty',
    },
    list: {
      actions: ['ecs:ListServices'],
      why: 'Finds the services of a cluster',
    },
    services: {
      actions: ['ecs:DescribeServices'],
      why: 'Tells by their tags which services use the secret, and by their deployments since when',
    },
    deploy: {
      actions: ['ecs:UpdateService'],
      why: 'Deploys them anew, since ECS reads secrets when a task starts',
    },
  },
});
