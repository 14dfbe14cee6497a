import { defineCustomResource } from '@bitclouded/kit';
import type { Properties } from './properties.ts';

export default defineCustomResource<Properties>()({
  name: 'restore-secret',
  summary: 'Sets the administrator’s password of a database that was restored, so that its secret is right again',
  trigger: 'CloudFormation: a custom resource for each database',
  memoryMb: 256,
  // A new password takes RDS minutes, and a database that was just restored is busy for some: the longest that Lambda allows.
  timeoutSeconds: 900,
  environment: {},
  grants: {
    read: {
      actions: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters'],
      why: 'Reads the database’s state, its secret and whether its password was set after the restore',
    },
    change: {
      actions: ['rds:ModifyDBInstance', 'rds:ModifyDBCluster'],
      why: 'Sets the administrator’s password',
    },
    mark: {
      actions: ['rds:AddTagsToResource'],
      why: 'Writes on the database that its password was set',
    },
    manage: {
      actions: [
        'secretsmanager:CreateSecret',
        'secretsmanager:TagResource',
        'secretsmanager:RotateSecret',
        'kms:DescribeKey',
        'kms:Decrypt',
        'kms:GenerateDataKey',
        'kms:CreateGrant',
      ],
      why: 'Lets RDS keep the password in a secret: RDS does that by the rights of who asks',
    },
    own: {
      actions: ['secretsmanager:GetSecretValue', 'kms:Decrypt'],
      why: 'Reads the password where the secret is the template’s own',
    },
  },
});
