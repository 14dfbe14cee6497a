import { callsOf } from '../reading/intrinsics.ts';
import type { Node } from '../reading/node.ts';
import { type Found, templateStandard } from '../standard.ts';

export default templateStandard({
  name: 'zones-are-parameters',
  number: 65,
  title: 'Zones come as parameters',
  why: 'What AWS lists depends on the account and may change its order, and a subnet that moves is replaced with all in it.',
  remedy: 'Take the zone as a parameter of type AWS::EC2::AvailabilityZone::Name, and name it in AvailabilityZone',
  source: 'CloudFormation Template Reference, "Fn::GetAZs"; EC2 User Guide, "Regions and Zones"',
  peers: 'cfn-lint W3010 asks for GetAZs in place of literal zones',
  audience: 'house',
  severity: 'warning',
  applies: 'template',
  *check({ template }) {
    for (const resource of template.resources.values()) {
      for (const found of zoneLists(resource.properties)) yield { ...found, resource };
      for (const zone of resource.values('AvailabilityZone'))
        if (zone.kind === 'text' && zone.text === undefined && zone.mentions('AWS::Region'))
          yield { at: zone, resource, message: 'Not every region has a zone of that letter for every account' };
    }
    for (const subnet of template.ofType('AWS::EC2::Subnet'))
      for (const zone of subnet.values('AvailabilityZone'))
        if (zone.isAbsent)
          for (const id of subnet.values('AvailabilityZoneId', zone.when))
            if (id.isAbsent) yield { at: id, resource: subnet, message: 'AWS chooses the zone of the subnet' };
    yield* zoneLists(template.section('Outputs'));
  },
  examples: {
    good: [
      `
      Parameters:
        Zone: { Type: 'AWS::EC2::AvailabilityZone::Name' }
        ZoneId: { Type: String }
      Resources:
        Subnet:
          Type: AWS::EC2::Subnet
          Properties: { AvailabilityZone: !Ref Zone }
        ById:
          Type: AWS::EC2::Subnet
          Properties: { AvailabilityZoneId: !Ref ZoneId }
        ByAnother:
          Type: AWS::EC2::Subnet
          Properties: { AvailabilityZone: !GetAtt Subnet.AvailabilityZone }
        Built:
          Type: AWS::EC2::Subnet
          Properties: { AvailabilityZone: !Sub '\${Zone}a' }
        Either:
          Type: AWS::EC2::Subnet
          Properties:
            AvailabilityZone: !If [ByName, !Ref Zone, !Ref AWS::NoValue]
            AvailabilityZoneId: !If [ByName, !Ref AWS::NoValue, !Ref ZoneId]
      Conditions:
        ByName: !Equals [!Ref ZoneId, '']
      `,
      `
      Parameters:
        ZoneId: { Type: String }
      Conditions:
        ById: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Volume: { Type: AWS::EC2::Volume, Properties: { AvailabilityZone: us-east-1b } }
        Where: { Type: AWS::EC2::Volume, Properties: { AvailabilityZone: !Ref AWS::Region } }
      `,
    ],
    bad: [
      `
      Resources:
        First:
          Type: AWS::EC2::Subnet
          Properties:
            AvailabilityZone: !Select
              - 0
              - Fn::GetAZs: '' # finding
        Second:
          Type: AWS::EC2::Subnet
          Properties:
            AvailabilityZone: !Sub '\${AWS::Region}b' # finding
        Third: # finding
          Type: AWS::EC2::Subnet
          Properties: { CidrBlock: 10.0.0.0/24 }
      Outputs:
        Zones:
          Value: !Join [',', !GetAZs ''] # finding
      `,
      `
      Conditions:
        ById: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Sometimes:
          Type: AWS::EC2::Subnet
          Properties:
            AvailabilityZoneId: !If [ById, use1-az1, !Ref AWS::NoValue] # finding
      `,
    ],
  },
});

function* zoneLists(node: Node | undefined): Generator<Found> {
  if (!node) return;
  for (const place of callsOf('Fn::GetAZs', node))
    yield { at: { place }, message: 'The list of zones is not the same for everybody, nor for ever' };
}
