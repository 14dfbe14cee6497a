import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { type Rendered, render } from '@bitclouded/kit';
import template from './template.ts';

const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1';
const TWO = {
  VpcId: 'vpc-0a',
  ZoneCount: '2',
  ServerSubnets: 'subnet-0a,subnet-0b',
};
const THREE = { ...TWO, ZoneCount: '3', ServerSubnets: 'subnet-0a,subnet-0b,subnet-0c' };

function rendered(parameters: Record<string, string> = {}, partition?: string): Rendered {
  return render(template, { parameters: { ...TWO, ...parameters }, ...(partition && { partition }) } as never);
}

const files = (parameters?: Record<string, string>) => rendered(parameters).resources.Files!;

describe('the file system', () => {
  test('is encrypted, under the key that is chosen, and stays when its stack goes', () => {
    expect(files()).toMatchObject({
      Properties: { Encrypted: true },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(files().Properties).not.toHaveProperty('KmsKeyId');
    expect(files({ FilesKeyArn: KEY }).Properties.KmsKeyId).toBe(KEY);
  });

  test('is backed up every day', () => {
    expect(files().Properties.BackupPolicy).toEqual({ Status: 'ENABLED' });
    expect(files().Properties.FileSystemTags).toContainEqual({ Key: 'bitclouded:backup', Value: 'daily' });
  });

  test('lets in who has a policy of the account, over TLS, and nobody else', () => {
    const { Statement } = files().Properties.FileSystemPolicy as unknown as { Statement: Record<string, unknown>[] };
    expect(Statement).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::123456789012:root' },
        Condition: { Bool: { 'elasticfilesystem:AccessedViaMountTarget': 'true' } },
      }),
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ]);
  });

  test('moves what nobody reads to Infrequent Access and back, unless it is told never to', () => {
    expect(files({ InfrequentAccess: 'AFTER_7_DAYS' }).Properties.LifecyclePolicies).toEqual([
      { TransitionToIA: 'AFTER_7_DAYS' },
      { TransitionToPrimaryStorageClass: 'AFTER_1_ACCESS' },
    ]);
    expect(files({ InfrequentAccess: 'never' }).Properties.LifecyclePolicies).toEqual([]);
  });
});

test('has a mount target in each zone, in the zone of its subnet', () => {
  const targets = ({ resources }: Rendered) =>
    Object.entries(resources)
      .filter(([, { Type }]) => Type === 'AWS::EFS::MountTarget')
      .map(([id, { Properties }]) => `${id} ${Properties.SubnetId}`);
  expect(targets(rendered())).toEqual(['Zone1Mount subnet-0a', 'Zone2Mount subnet-0b']);
  expect(targets(rendered(THREE))).toEqual(['Zone1Mount subnet-0a', 'Zone2Mount subnet-0b', 'Zone3Mount subnet-0c']);
});

test('is reached by members of one group alone, on one port', () => {
  const { MountSg, FileClientSg, MountFromClients } = rendered().resources;
  expect(MountSg!.Properties).not.toHaveProperty('SecurityGroupIngress');
  expect(MountFromClients!.Properties).toMatchObject({
    GroupId: '${MountSg.GroupId}',
    SourceSecurityGroupId: '${FileClientSg.GroupId}',
    FromPort: 2049,
    ToPort: 2049,
  });
  expect(FileClientSg!.Properties.SecurityGroupEgress).toEqual([
    expect.objectContaining({ DestinationSecurityGroupId: '${MountSg.GroupId}', FromPort: 2049, ToPort: 2049 }),
  ]);
});

test.each([
  ['a third zone', THREE],
  ['another storage class', { InfrequentAccess: 'never' }],
  ['a topic', { WarningArn: 'arn:aws:sns:eu-west-1:123456789012:warning' }],
])('%s replaces nothing', (_, parameters) => {
  const { changes } = fullDiff(
    { Resources: rendered().resources },
    { Resources: rendered(parameters).resources },
  ).resources;
  const impacts = Object.values(changes).map(({ changeImpact }) => changeImpact);
  expect(impacts.length).toBeGreaterThan(0);
  for (const impact of impacts)
    expect([ResourceImpact.NO_CHANGE, ResourceImpact.WILL_UPDATE, ResourceImpact.WILL_CREATE]).toContain(impact);
});

test('tells what clients need', () => {
  expect(rendered().outputs).toEqual({
    FileSystemId: '${Files}',
    FileSystemArn: '${Files.Arn}',
    FileClientSg: '${FileClientSg.GroupId}',
  });
});
