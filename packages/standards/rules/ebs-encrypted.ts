import { volumesOf, volumeTypes } from '../aws/volumes.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'ebs-encrypted',
  number: 2,
  title: 'Every EBS volume is encrypted',
  why: 'A snapshot of a plain volume can be copied and read by whoever it is shared with.',
  remedy: 'Set Encrypted: true on the volume and in each block device mapping',
  source: 'EBS User Guide, "Amazon EBS encryption"',
  peers: 'cdk-nag EC2EBSVolumeEncrypted knows neither conditions nor mappings behind parameters; cfn-lint has none',
  audience: 'everyone',
  severity: 'error',
  applies: volumeTypes,
  *check({ resource }) {
    for (const volume of volumesOf(resource)) {
      // A volume of a snapshot is encrypted where the snapshot is.
      const ofSnapshot = volume.values('SnapshotId').some(({ isAbsent }) => !isAbsent);
      for (const encrypted of volume.values('Encrypted'))
        if (encrypted.isNot('true') && !(encrypted.isAbsent && ofSnapshot))
          yield { at: encrypted, message: 'Nothing here encrypts the volume' };
    }
  },
  examples: {
    good: [
      `
      Conditions:
        Restores: !Not [!Equals [!Ref SnapshotId, '']]
      Parameters:
        SnapshotId: { Type: String, Default: '' }
      Resources:
        Data:
          Type: AWS::EC2::Volume
          Properties:
            AvailabilityZone: !Ref AWS::Region
            Encrypted: !If [Restores, !Ref AWS::NoValue, true]
            SnapshotId: !If [Restores, !Ref SnapshotId, !Ref AWS::NoValue]
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              BlockDeviceMappings:
                - { DeviceName: /dev/xvda, Ebs: { VolumeSize: 8, Encrypted: 'true' } }
                - { DeviceName: /dev/xvdb, VirtualName: ephemeral0 }
      `,
    ],
    bad: [
      `
      Parameters:
        Encrypt: { Type: String, Default: false } # finding
      Resources:
        Data:
          Type: AWS::EC2::Volume
          Properties:
            AvailabilityZone: !Ref AWS::Region
            Encrypted: !Ref Encrypt
        Scratch: # finding
          Type: AWS::EC2::Volume
          Properties:
            AvailabilityZone: !Ref AWS::Region
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              BlockDeviceMappings:
                - DeviceName: /dev/xvda
                  Ebs: # finding
                    VolumeSize: 8
                - DeviceName: /dev/xvdb
                  Ebs:
                    Encrypted: false # finding
      `,
    ],
  },
});
