import { resourceStandard } from '../standard.ts';

/** Where containers' volumes stand, and what they call their EFS part. */
const VOLUMES = {
  'AWS::Batch::JobDefinition': ['ContainerProperties.Volumes.*', 'EfsVolumeConfiguration'],
  'AWS::ECS::TaskDefinition': ['Volumes.*', 'EFSVolumeConfiguration'],
} as const;

export default resourceStandard({
  name: 'efs-tls-mounts',
  number: 4,
  title: 'Containers mount file systems through TLS',
  why: 'NFS is readable by whoever sees the packets, and without TLS there is no IAM either: every client is anybody.',
  remedy: 'Set TransitEncryption: ENABLED in the EFS configuration of the volume',
  source: 'ECS Developer Guide, "Use Amazon EFS volumes with Amazon ECS"; EFS User Guide, "Encrypting data in transit"',
  peers: 'none in cdk-nag and cfn-lint; checkov CKV_AWS_97 follows no If and knows no Batch',
  audience: 'everyone',
  severity: 'warning',
  applies: Object.keys(VOLUMES),
  *check({ resource }) {
    const [volumes, name] = VOLUMES[resource.type as keyof typeof VOLUMES];
    const mounts = resource.values(`${volumes}.${name}`).filter(({ kind }) => kind === 'map');
    for (const encryption of mounts.flatMap((mount) => mount.values('TransitEncryption')))
      if (encryption.isAbsent || encryption.is('DISABLED'))
        yield { at: encryption, message: 'The file system is mounted without TLS' };
  },
  examples: {
    good: [
      `
      Resources:
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties:
            Volumes:
              - Name: files
                EFSVolumeConfiguration:
                  FilesystemId: !Ref Files
                  TransitEncryption: ENABLED
                  AuthorizationConfig: { AccessPointId: !Ref Point, IAM: ENABLED }
              - Name: scratch
              - !If [HasMore, { Name: more, Host: { SourcePath: /more } }, !Ref AWS::NoValue]
      Parameters:
        Files: { Type: String }
        Point: { Type: String }
        More: { Type: String }
      Conditions:
        HasMore: !Equals [!Ref More, 'true']
      `,
    ],
    bad: [
      `
      Resources:
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties:
            Volumes:
              - Name: files
                EFSVolumeConfiguration: # finding
                  FilesystemId: !Ref Files
              - Name: others
                EFSVolumeConfiguration:
                  FilesystemId: !Ref Files
                  TransitEncryption: DISABLED # finding
        Job:
          Type: AWS::Batch::JobDefinition
          Properties:
            ContainerProperties:
              Volumes:
                - Name: files
                  EfsVolumeConfiguration: # finding
                    FileSystemId: !Ref Files
      Parameters:
        Files: { Type: String }
      `,
    ],
  },
});
