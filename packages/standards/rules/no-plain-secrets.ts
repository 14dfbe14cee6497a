import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Found } from '../standard.ts';
import { templateStandard } from '../standard.ts';

/** Properties that are secrets. */
const SECRETS: Readonly<Record<string, string>> = {
  'AWS::AmazonMQ::Broker': 'Users.*.Password',
  'AWS::DMS::Endpoint': 'Password',
  'AWS::DirectoryService::MicrosoftAD': 'Password',
  'AWS::DirectoryService::SimpleAD': 'Password',
  'AWS::DocDB::DBCluster': 'MasterUserPassword',
  'AWS::ElastiCache::ReplicationGroup': 'AuthToken',
  'AWS::IAM::User': 'LoginProfile.Password',
  'AWS::OpenSearchService::Domain': 'AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword',
  'AWS::RDS::DBCluster': 'MasterUserPassword',
  'AWS::RDS::DBInstance': 'MasterUserPassword',
  'AWS::Redshift::Cluster': 'MasterUserPassword',
};
/** Variables that everybody who may describe the resource can read. A single one, or a map of them. */
const VARIABLES: Readonly<Record<string, string>> = {
  'AWS::Batch::JobDefinition': 'ContainerProperties.Environment.*.Value',
  'AWS::CodeBuild::Project': 'Environment.EnvironmentVariables.*.Value',
  'AWS::ECS::TaskDefinition': 'ContainerDefinitions.*.Environment.*.Value',
  'AWS::Lambda::Function': 'Environment.Variables',
};

export default templateStandard({
  name: 'no-plain-secrets',
  number: 39,
  title: 'No secret stands in a default or in a plain variable',
  why: 'Templates are copied and read by many, and variables are shown to whoever may describe the resource.',
  remedy: 'Keep the secret in Secrets Manager, and pass its ARN or a dynamic reference in a property made for secrets',
  source: 'CloudFormation User Guide, "Security best practices", Do not embed credentials in your templates',
  peers:
    'cfn-lint W2501 and W1011 look at passwords of properties; variables and defaults are looked at by neither linter',
  audience: 'everyone',
  severity: 'error',
  applies: 'template',
  *check({ template }) {
    for (const { secret, default: preset, name } of template.parameters.values())
      if (secret && preset && preset.text !== '' && !preset.text.includes('{{resolve:'))
        yield { at: { place: preset }, message: `The secret ${name} stands in its default` };
    for (const resource of template.resources.values()) {
      yield* openSecrets(resource, template);
      yield* secretVariables(resource, template);
    }
  },
  examples: {
    good: [
      `
      Parameters:
        Password: { Type: String, NoEcho: true }
        Optional: { Type: String, NoEcho: true, Default: '' }
        Level: { Type: String, Default: info }
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties: { MasterUserPassword: !Sub '{{resolve:secretsmanager:\${Secret}:SecretString:password}}' }
        Second:
          Type: AWS::RDS::DBInstance
          Properties: { MasterUserPassword: !Ref Password }
        Secret: { Type: AWS::SecretsManager::Secret }
        Function:
          Type: AWS::Lambda::Function
          Properties:
            Environment: { Variables: { LEVEL: !Ref Level, SECRET_ARN: !Ref Secret } }
      `,
      `
      Parameters:
        Stored: { Type: AWS::SSM::Parameter::Value<String>, Default: /secret }
        Preset: { Type: String, NoEcho: true, Default: '{{resolve:ssm-secure:/secret}}' }
      Resources:
        Database: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: !Ref Stored } }
        Given: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: !Ref Preset } }
        Empty: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: '' } }
        Made: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: !GetAtt Password.Value } }
        Password: { Type: Custom::Password }
        Function:
          Type: AWS::Lambda::Function
          Properties: { Environment: { Variables: { LEVEL: '{{resolve:ssm:/level}}', MIXED: !Sub '\${Stored}/x' } } }
      `,
    ],
    bad: [
      `
      Parameters:
        Password:
          Type: String
          NoEcho: true
          Default: hunter2 # finding
        Open: { Type: String }
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties:
            MasterUserPassword: correct-horse # finding
        Second:
          Type: AWS::RDS::DBInstance
          Properties:
            MasterUserPassword: !Ref Open # finding
        Function:
          Type: AWS::Lambda::Function
          Properties:
            Environment:
              Variables:
                PASSWORD: !Ref Password # finding
                TOKEN: '{{resolve:secretsmanager:token}}' # finding
        Task:
          Type: AWS::ECS::TaskDefinition
          Properties:
            ContainerDefinitions:
              - Environment:
                  - Name: URL
                    Value: !Sub 'mysql://admin:\${Password}@db' # finding
      `,
      `
      Parameters:
        Open: { Type: String, Default: hunter2 }
        Secret:
          Type: String
          NoEcho: true
          Default: hunter2 # finding
      Resources:
        Database:
          Type: AWS::RDS::DBInstance
          Properties:
            MasterUserPassword: !Ref Open # finding: has no NoEcho
        Other:
          Type: AWS::RDS::DBInstance
          Properties: { MasterUserPassword: !Ref Secret }
        Function:
          Type: AWS::Lambda::Function
          Properties:
            Environment:
              Variables:
                TOKEN: 'Bearer {{resolve:ssm-secure:/token}}' # finding
      `,
    ],
  },
});

function* openSecrets(resource: Resource, template: Template): Generator<Found> {
  const path = SECRETS[resource.type];
  if (path === undefined) return;
  for (const secret of resource.values(path)) {
    const parameter = secret.reference && template.parameters.get(secret.reference.target);
    if (parameter && !parameter.secret && !parameter.type.startsWith('AWS::SSM::'))
      yield { at: secret, resource, message: `The parameter ${parameter.name} shows the secret: it has no NoEcho` };
    else if (secret.text !== undefined && secret.text !== '' && secret.parameter === undefined)
      yield { at: secret, resource, message: 'The secret stands in the template' };
  }
}

function* secretVariables(resource: Resource, template: Template): Generator<Found> {
  const path = VARIABLES[resource.type];
  if (path === undefined) return;
  const variables = resource
    .values(path)
    .flatMap((value) => (value.kind === 'map' ? value.entries().flatMap(({ values }) => values) : [value]));
  for (const variable of variables)
    for (const part of variable.parts) {
      if (typeof part === 'string') continue;
      const isSecret = part.target !== undefined && template.parameters.get(part.target)?.secret === true;
      if (isSecret || part.dynamic === 'secretsmanager' || part.dynamic === 'ssm-secure')
        yield { at: variable, resource, message: 'The secret stands in a variable that can be read' };
    }
}
