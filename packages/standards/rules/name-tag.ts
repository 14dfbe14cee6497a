import { lacksTag } from '../aws/tags.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'name-tag',
  number: 11,
  title: 'A database has a Name tag',
  why: 'Its identifier is made by CloudFormation; the Name is what people read in the console, and in its snapshots.',
  remedy: "Add the tag { Key: Name, Value: !Sub '${AWS::StackName}' }",
  source: 'RDS User Guide, "Tagging Amazon RDS resources"',
  peers: 'none',
  audience: 'house',
  severity: 'note',
  applies: ['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance'],
  *check({ resource }) {
    if (lacksTag(resource, 'Name')) yield { at: resource, message: 'The database has no Name tag' };
  },
  examples: {
    good: [
      `
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties:
            Tags: [{ Key: Name, Value: !Ref AWS::StackName }]
        Other:
          Type: AWS::RDS::DBCluster
          Properties:
            Tags: !If [IsTagged, [{ Key: !Ref TagKey, Value: x }], !Ref AWS::NoValue]
      Parameters:
        TagKey: { Type: String }
      Conditions:
        IsTagged: !Not [!Equals [!Ref TagKey, '']]
      `,
    ],
    bad: [
      `
      Resources:
        Database: # finding
          Type: AWS::RDS::DBInstance
          Properties:
            Tags: [{ Key: Environment, Value: test }]
        Other: # finding
          Type: AWS::RDS::DBCluster
      `,
    ],
  },
});
