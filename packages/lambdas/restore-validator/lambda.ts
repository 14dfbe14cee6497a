import { defineLambda } from '@bitclouded/kit';

export default defineLambda({
  name: 'restore-validator',
  summary: 'Checks what a restore test of AWS Backup restored, and reports the result',
  trigger: 'EventBridge: Restore Job State Change of AWS Backup with the status COMPLETED and a restore testing plan',
  memoryMb: 256,
  // A database may still be busy with its first backup or with a parameter group when its restore is complete.
  timeoutSeconds: 900,
  environment: {},
  grants: {
    job: {
      actions: ['backup:DescribeRestoreJob', 'backup:PutRestoreValidationResult'],
      why: 'Reads what the job restored and whether it has a result, and gives it one',
    },
    databases: {
      actions: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters'],
      why: 'Reads the state and the encryption of restored databases',
    },
    fileSystems: {
      actions: ['elasticfilesystem:DescribeFileSystems'],
      why: 'Reads the state and the encryption of restored file systems',
    },
    tables: {
      actions: ['dynamodb:DescribeTable'],
      why: 'Reads the state of restored tables',
    },
    buckets: {
      actions: ['s3:ListBucket'],
      why: 'Looks whether a restored bucket holds an object',
    },
  },
});
