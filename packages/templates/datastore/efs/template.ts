import { defineTemplate, output, param, policyDocument, whenMap } from '@bitclouded/kit';
import { Aws, Fn } from 'aws-cdk-lib';
import { CfnSecurityGroup, CfnSecurityGroupIngress } from 'aws-cdk-lib/aws-ec2';
import { CfnFileSystem, CfnMountTarget } from 'aws-cdk-lib/aws-efs';
import elbSubnets from '../../networking/elb-subnets/template.ts';
import vpc from '../../networking/vpc/template.ts';
import alerts from '../../operations/alerts/template.ts';

const NFS = { ipProtocol: 'tcp', fromPort: 2049, toPort: 2049 };

export default defineTemplate({
  name: 'datastore/efs',
  summary: 'Shared files that are mounted over TLS and by IAM alone, in every zone, with daily backups',
  parameters: {
    // Not wired to the environment's key: a key that comes later would replace the files by empty ones.
    FilesKeyArn: param.optionalKeyArn({
      description:
        'Key of your own; empty for the one that AWS keeps for EFS. Chosen once: changing it makes a new, empty file system beside the old one',
      group: 'Files',
      label: 'KMS key',
    }),
    InfrequentAccess: param.text({
      description: 'When a file that nobody reads or writes moves to Infrequent Access; its next read brings it back',
      default: 'AFTER_30_DAYS',
      allowedValues: [
        'never',
        ...['AFTER_1_DAY', 'AFTER_7_DAYS', 'AFTER_14_DAYS', 'AFTER_30_DAYS', 'AFTER_60_DAYS', 'AFTER_90_DAYS'],
      ],
      group: 'Files',
    }),
    VpcId: param.from(vpc, 'VpcId'),
    ZoneCount: { ...param.from(vpc, 'ZoneCount'), minimum: 2, maximum: 3 },
    ServerSubnets: param.from(elbSubnets, 'ServerSubnets'),
    WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
  },
  outputs: {
    FileSystemId: output.fileSystemId('File system'),
    FileSystemArn: output.arn('File system, as policies name it'),
    FileClientSg: output.securityGroupId('Security group that lets its members reach the file system'),
  },
  build({ scope, params, condition, alarm }) {
    // Of the two references between the groups one stands apart, or they would wait for each other.
    const mounts = new CfnSecurityGroup(scope, 'MountSg', {
      vpcId: params.VpcId,
      groupDescription: 'Mount targets of the file system',
      // Mount targets open no connection: a rule that nothing uses keeps EC2 from adding one that lets everything out.
      securityGroupEgress: [{ ...NFS, cidrIp: '127.0.0.1/32', description: 'Nothing' }],
    });
    const clients = new CfnSecurityGroup(scope, 'FileClientSg', {
      vpcId: params.VpcId,
      groupDescription: 'What mounts the file system',
      securityGroupEgress: [{ ...NFS, destinationSecurityGroupId: mounts.attrGroupId, description: 'Mount targets' }],
    });
    new CfnSecurityGroupIngress(scope, 'MountFromClients', {
      ...NFS,
      groupId: mounts.attrGroupId,
      sourceSecurityGroupId: clients.attrGroupId,
      description: 'What mounts the file system',
    });

    const cools = condition('Cools', { not: condition('StaysWarm', { equal: [params.InfrequentAccess, 'never'] }) });
    const files = new CfnFileSystem(scope, 'Files', {
      encrypted: true,
      kmsKeyId: params.FilesKeyArn.or(),
      performanceMode: 'generalPurpose',
      // Scales by itself, and costs by what is moved: nobody has to foresee a throughput.
      throughputMode: 'elastic',
      lifecyclePolicies: [
        whenMap<CfnFileSystem.LifecyclePolicyProperty>(cools, { TransitionToIA: params.InfrequentAccess }),
        whenMap<CfnFileSystem.LifecyclePolicyProperty>(cools, { TransitionToPrimaryStorageClass: 'AFTER_1_ACCESS' }),
      ],
      backupPolicy: { status: 'ENABLED' },
      // Nobody mounts without IAM: the account alone is let in, which leaves it to the policies of its roles.
      // Source: EFS User Guide, "Using IAM to control access to file systems".
      bypassPolicyLockoutSafetyCheck: false,
      fileSystemPolicy: policyDocument([
        {
          Sid: 'ByIam',
          Effect: 'Allow',
          Principal: { AWS: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root` },
          Action: [
            'elasticfilesystem:ClientMount',
            'elasticfilesystem:ClientWrite',
            'elasticfilesystem:ClientRootAccess',
          ],
          Condition: { Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'true' } },
        },
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
      fileSystemTags: [
        { key: 'Name', value: Aws.STACK_NAME },
        { key: 'bitclouded:backup', value: 'daily' },
      ],
    });
    const hasThirdZone = condition('HasThirdZone', { equal: [params.ZoneCount, '3'] });
    for (const index of [0, 1, 2]) {
      const mount = new CfnMountTarget(scope, `Zone${index + 1}Mount`, {
        fileSystemId: files.ref,
        subnetId: Fn.select(index, params.ServerSubnets),
        securityGroups: [mounts.attrGroupId],
      });
      if (index === 2) hasThirdZone.guards(mount);
    }

    alarm('IoLimitAlarm', {
      description:
        'The file system works at the limit of its I/O for a quarter of an hour: what uses it waits. Look for a client that reads or lists many small files, and spread the work over several file systems',
      on: files,
      namespace: 'AWS/EFS',
      metric: 'PercentIOLimit',
      dimensions: { FileSystemId: files.ref },
      statistic: 'Average',
      threshold: 90,
      periodSeconds: 300,
      periods: 3,
      tell: params.WarningArn,
    });

    return { FileSystemId: files.ref, FileSystemArn: files.attrArn, FileClientSg: clients.attrGroupId };
  },
});
