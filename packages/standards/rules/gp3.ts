import { volumesOf, volumeTypes } from '../aws/volumes.ts';
import { resourceStandard } from '../standard.ts';

const DATABASES = ['AWS::RDS::DBInstance'];

export default resourceStandard({
  name: 'gp3',
  number: 26,
  title: 'General purpose volumes are gp3',
  why: 'gp3 costs a fifth less than gp2 and its speed does not depend on its size.',
  remedy: 'Set VolumeType, or StorageType of a database, to gp3',
  source: 'EBS User Guide, "General Purpose SSD volumes"; RDS User Guide, "Amazon RDS DB instance storage"',
  peers: 'none',
  audience: 'everyone',
  severity: 'note',
  applies: [...volumeTypes, ...DATABASES],
  *check({ resource }) {
    const types = DATABASES.includes(resource.type)
      ? resource.values('StorageType')
      : volumesOf(resource).flatMap((volume) => volume.values('VolumeType'));
    for (const type of types) {
      // A volume by itself is gp2 where it says nothing; in a mapping, the image decides.
      const isDefault = type.isAbsent && resource.type === 'AWS::EC2::Volume';
      if (type.is('gp2') || isDefault) yield { at: type, message: 'The volume is gp2' };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Data:
          Type: AWS::EC2::Volume
          Properties: { VolumeType: gp3 }
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              BlockDeviceMappings: [{ DeviceName: /dev/xvda, Ebs: { VolumeSize: 8 } }]
        Database:
          Type: AWS::RDS::DBInstance
          Properties: { StorageType: io2 }
      `,
    ],
    bad: [
      `
      Resources:
        Data: # finding
          Type: AWS::EC2::Volume
          Properties: { Size: 8 }
        Servers:
          Type: AWS::EC2::LaunchTemplate
          Properties:
            LaunchTemplateData:
              BlockDeviceMappings:
                - DeviceName: /dev/xvda
                  Ebs:
                    VolumeType: gp2 # finding
        Database:
          Type: AWS::RDS::DBInstance
          Properties:
            StorageType: gp2 # finding
      `,
    ],
  },
});
