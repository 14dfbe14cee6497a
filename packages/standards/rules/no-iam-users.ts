import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'no-iam-users',
  number: 46,
  title: 'No IAM users and no access keys',
  why: 'Their keys never end, lie in files, and are what is found when an account is broken into.',
  remedy: 'Let people come by IAM Identity Center and machines by a role, through OIDC where they run elsewhere',
  source: 'IAM User Guide, "Security best practices in IAM", Require workloads to use temporary credentials',
  peers: 'cdk-nag IAMUserNoPolicies and IAMUserGroupMembership ask how users are kept, not that there are none',
  audience: 'everyone',
  severity: 'warning',
  applies: ['AWS::IAM::AccessKey', 'AWS::IAM::User'],
  *check({ resource }) {
    const what = resource.type === 'AWS::IAM::User' ? 'a user' : 'an access key';
    yield { at: resource, message: `The template makes ${what}` };
  },
  examples: {
    good: [
      `
      Resources:
        Role: { Type: AWS::IAM::Role }
      `,
    ],
    bad: [
      `
      Resources:
        Deployer: # finding: makes a user
          Type: AWS::IAM::User
        Key: # finding
          Type: AWS::IAM::AccessKey
          Properties: { UserName: !Ref Deployer }
      `,
    ],
  },
});
