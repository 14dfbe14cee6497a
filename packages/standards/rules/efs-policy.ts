import { conditionKeysOf, everybodyIn, isAllow, resourceStatements } from '../aws/statements.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

/** What a mount needs. */
const MOUNTS = /^(?:\*|elasticfilesystem:(?:\*|Client\*|ClientMount))$/i;
/** Keys by which a statement asks who comes; a client without IAM is nobody. */
const WHO = /^aws:(?:principal|userid|username|sourceaccount|sourcearn)/;
const TRANSPORT = 'aws:securetransport';

export default resourceStandard({
  name: 'efs-policy',
  number: 61,
  title: 'A file system asks for TLS and for IAM',
  why: 'Without a policy, whoever reaches a mount target mounts everything, in the clear and as anybody.',
  remedy:
    'Give it a FileSystemPolicy that allows named roles to mount, and denies everybody where aws:SecureTransport is false',
  source: 'EFS User Guide, "Using IAM to control access to file systems"',
  peers: 'none in cdk-nag and cfn-lint',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::EFS::FileSystem'],
  *check({ resource }) {
    for (const policy of resource.values('FileSystemPolicy'))
      if (policy.isAbsent)
        yield { at: policy, message: 'Whoever reaches it may mount it, without TLS and without IAM' };
    const statements = resourceStatements(resource);
    const deniesPlain = statements.some((statement) => statement.kind !== 'map' || mayDenyPlain(statement));
    for (const statement of statements.filter(mayMountUnnamed)) {
      const asksForTls = deniesPlain || conditionKeysOf(statement)!.has(TRANSPORT);
      const message = `Everybody may mount it ${asksForTls ? '' : 'without TLS and '}without IAM`;
      yield { at: statement.values('Principal')[0]!, message };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Files:
          Type: AWS::EFS::FileSystem
          Properties:
            FileSystemPolicy:
              Statement:
                - Effect: Deny
                  Principal: { AWS: '*' }
                  Action: '*'
                  Condition: { Bool: { aws:SecureTransport: 'false' } }
                - Effect: Allow
                  Principal: { AWS: !Ref RoleArn }
                  Action: [elasticfilesystem:ClientMount, elasticfilesystem:ClientWrite]
                  Condition: { Bool: { elasticfilesystem:AccessedViaMountTarget: 'true' } }
                - Effect: Allow
                  Principal: '*'
                  Action: elasticfilesystem:ClientMount
                  Condition: { StringEquals: { aws:PrincipalOrgID: o-1 } }
                - Effect: Allow
                  Principal: '*'
                  Action: elasticfilesystem:ClientRootAccess
      Parameters:
        RoleArn: { Type: String }
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Files:
          Type: AWS::EFS::FileSystem
          Properties:
            FileSystemPolicy:
              Statement:
                - !ImportValue statement
                - { Effect: Allow, Principal: '*', Action: 'elasticfilesystem:ClientMount', Condition: !ImportValue condition }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::EFS::FileSystem
        Unnamed:
          Type: AWS::EFS::FileSystem
          Properties:
            FileSystemPolicy:
              Statement:
                - Effect: Deny
                  Principal: '*'
                  Action: '*'
                  Condition: { Bool: { aws:SecureTransport: false } }
                - Effect: Allow
                  Principal: # finding
                    AWS: '*'
                  Action: elasticfilesystem:Client*
                  Condition: { Bool: { elasticfilesystem:AccessedViaMountTarget: 'true' } }
        Open:
          Type: AWS::EFS::FileSystem
          Properties:
            FileSystemPolicy:
              Statement:
                Effect: Allow
                Principal: '*' # finding
                Action: '*'
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Plain:
          Type: AWS::EFS::FileSystem
          Properties:
            FileSystemPolicy:
              Statement:
                - { Effect: Deny, Principal: '*', Action: 'elasticfilesystem:ClientWrite' }
                - { Effect: Allow, Principal: { AWS: '1' }, Action: '*', Condition: { Bool: { aws:SecureTransport: true } } }
                - Effect: Allow
                  Principal: '*' # finding: Everybody may mount it without TLS and without IAM
                  Action: [elasticfilesystem:ClientWrite, elasticfilesystem:ClientMount]
        Denied:
          Type: AWS::EFS::FileSystem
          Properties:
            FileSystemPolicy:
              Statement:
                - Effect: !If [Here, Deny, Allow]
                  Principal: { AWS: '1' }
                  Condition: { Bool: { aws:SecureTransport: false } }
                - Effect: Allow
                  Principal: '*' # finding: Everybody may mount it without IAM
                  Action: '*'
        Unknown:
          Type: AWS::EFS::FileSystem
          Properties:
            FileSystemPolicy:
              Statement:
                - !ImportValue statement
                - Effect: Allow
                  Principal: '*' # finding: Everybody may mount it without IAM
                  Action: '*'
        Asked:
          Type: AWS::EFS::FileSystem
          Properties:
            FileSystemPolicy:
              Statement:
                - Effect: Allow
                  Principal: '*' # finding: Everybody may mount it without IAM
                  Action: '*'
                  Condition: { Bool: { aws:SecureTransport: true } }
      `,
    ],
  },
});

/** Whether a statement certainly lets clients mount that do not say who they are. */
function mayMountUnnamed(statement: Value): boolean {
  if (statement.kind !== 'map' || !isAllow(statement) || everybodyIn(statement).length === 0) return false;
  const keys = conditionKeysOf(statement);
  if (keys === undefined || [...keys].some((key) => WHO.test(key))) return false;
  return statement.values('Action.*').some(({ text }) => MOUNTS.test(text ?? ''));
}

function mayDenyPlain(statement: Value): boolean {
  return (
    statement.values('Effect').some((effect) => effect.is('Deny')) &&
    conditionKeysOf(statement)?.has(TRANSPORT) !== false
  );
}
