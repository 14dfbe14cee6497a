import { entryOf } from '../reading/node.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'iam-path',
  number: 15,
  title: 'Roles and policies stand under the path of their template',
  why: 'A path tells who made a role, and lets a policy speak of all roles of a template at once.',
  remedy: 'Set Path to /<category>/<template>/',
  source: 'IAM User Guide, "IAM identifiers", Friendly names and paths',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: [
    'AWS::IAM::Group',
    'AWS::IAM::InstanceProfile',
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::Role',
    'AWS::IAM::User',
  ],
  *check({ resource, template }) {
    const name = entryOf(entryOf(template.section('Metadata'), 'BitClouded')?.value, 'Template')?.value;
    const expected = name?.kind === 'scalar' ? `/${name.text}/` : undefined;
    for (const path of resource.values('Path')) {
      if (expected === undefined ? path.isAbsent || path.is('/') : path.isNot(expected))
        yield { at: path, message: `It does not stand under ${expected ?? 'a path'}` };
    }
  },
  examples: {
    good: [
      `
      Metadata: { BitClouded: { Template: networking/vpc } }
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties: { Path: /networking/vpc/ }
      `,
      `
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties: { Path: /somewhere/ }
      `,
    ],
    bad: [
      `
      Metadata: { BitClouded: { Template: networking/vpc } }
      Resources:
        Role:
          Type: AWS::IAM::Role
          Properties:
            Path: /networking/ # finding
        Policy: # finding
          Type: AWS::IAM::ManagedPolicy
      `,
      `
      Resources:
        Profile:
          Type: AWS::IAM::InstanceProfile
          Properties:
            Path: / # finding
      `,
    ],
  },
});
