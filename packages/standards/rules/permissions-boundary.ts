import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'permissions-boundary',
  number: 57,
  title: 'Every role takes an optional permissions boundary',
  why: 'Many organisations refuse roles without their boundary, and a template that cannot take it cannot be deployed there.',
  remedy: "Set PermissionsBoundary: !If [<given>, !Ref <parameter>, !Ref 'AWS::NoValue']",
  source: 'IAM User Guide, "Permissions boundaries for IAM entities"',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::IAM::Role', 'AWS::IAM::User'],
  *check({ resource, template }) {
    const boundaries = resource.values('PermissionsBoundary');
    const isTaken = boundaries.some(
      ({ kind, reference }) => kind === 'unknown' || (reference && template.parameters.has(reference.target)),
    );
    if (!isTaken) yield { at: boundaries[0]!, message: 'The role takes no permissions boundary from a parameter' };
  },
  examples: {
    good: [
      `
      Parameters:
        BoundaryArn: { Type: String, Default: '' }
      Conditions:
        HasBoundary: !Not [!Equals [!Ref BoundaryArn, '']]
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties: { PermissionsBoundary: !If [HasBoundary, !Ref BoundaryArn, !Ref AWS::NoValue] }
      `,
      `
      Resources:
        Role: { Type: AWS::IAM::Role, Properties: { PermissionsBoundary: !ImportValue boundary } }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::IAM::Role
        Fixed:
          Type: AWS::IAM::Role
          Properties:
            PermissionsBoundary: arn:aws:iam::aws:policy/PowerUserAccess # finding
      `,
    ],
  },
});
