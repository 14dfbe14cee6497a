import {
  conditionKeysOf,
  isAllow,
  resourcePolicyTypes,
  resourceStatements,
  servicesOf,
  trustStatements,
} from '../aws/statements.ts';
import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';
import { type Found, resourceStandard } from '../standard.ts';

/** Services that say for whom they act, as resource policies see them. */
const DEPUTIES = new Set(
  [
    'apigateway',
    'budgets',
    'cloudfront',
    'cloudtrail',
    'cloudwatch',
    'config',
    'delivery.logs',
    'events',
    'logging.s3',
    'logs',
    's3',
    'ses',
    'sns',
  ].map((name) => `${name}.amazonaws.com`),
);
/** Services that say so when they take a role. */
const ROLE_DEPUTIES = new Set(['scheduler.amazonaws.com', 'vpc-flow-logs.amazonaws.com']);
const SOURCE = /^aws:source(?:arn|account|orgid|orgpaths|owner)$/;

/** Key policies are left out: services use a key in the name of a caller, whom kms:ViaService names. */
const POLICIES = resourcePolicyTypes.filter((type) => type !== 'AWS::KMS::Key');

export default resourceStandard({
  name: 'no-confused-deputy',
  number: 45,
  title: 'A service that is let in says for whom it comes',
  why: "Else anybody's bucket, rule or topic can make the service act on this resource.",
  remedy: 'Add a condition on aws:SourceArn or aws:SourceAccount, or SourceArn to a Lambda permission',
  source: 'IAM User Guide, "The confused deputy problem"',
  peers: 'none in cdk-nag; cfn-lint has none',
  audience: 'everyone',
  severity: 'warning',
  applies: [...POLICIES, 'AWS::IAM::Role', 'AWS::Lambda::Permission'],
  *check({ resource }) {
    if (resource.type === 'AWS::Lambda::Permission') yield* openPermission(resource);
    else if (resource.type === 'AWS::IAM::Role') yield* openStatements(trustStatements(resource), ROLE_DEPUTIES);
    else yield* openStatements(resourceStatements(resource), DEPUTIES);
  },
  examples: {
    good: [
      `
      Resources:
        QueuePolicy:
          Type: AWS::SQS::QueuePolicy
          Properties:
            PolicyDocument:
              Statement:
                Effect: Allow
                Principal: { Service: sns.amazonaws.com }
                Action: sqs:SendMessage
                Resource: '*'
                Condition: { ArnEquals: { 'aws:SourceArn': !Ref Topic } }
        Topic: { Type: AWS::SNS::Topic }
        Permission:
          Type: AWS::Lambda::Permission
          Properties: { Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn }
        Rule: { Type: AWS::Events::Rule }
        Role:
          Type: AWS::IAM::Role
          Properties:
            AssumeRolePolicyDocument:
              Statement: { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: 'sts:AssumeRole' }
      `,
    ],
    bad: [
      `
      Resources:
        QueuePolicy:
          Type: AWS::SQS::QueuePolicy
          Properties:
            PolicyDocument:
              Statement:
                - Effect: Allow
                  Principal:
                    Service:
                      - sns.amazonaws.com # finding
                      - unheard.amazonaws.com
                  Action: sqs:SendMessage
                  Resource: '*'
                  Condition: { Bool: { 'aws:SecureTransport': true } }
        Permission:
          Type: AWS::Lambda::Permission
          Properties:
            Principal: events.amazonaws.com # finding
        Role:
          Type: AWS::IAM::Role
          Properties:
            AssumeRolePolicyDocument:
              Statement:
                - Effect: Allow
                  Principal:
                    Service: vpc-flow-logs.amazonaws.com # finding
                  Action: sts:AssumeRole
      `,
    ],
  },
});

function* openStatements(statements: readonly Value[], deputies: ReadonlySet<string>): Generator<Found> {
  for (const statement of statements.filter(isAllow)) {
    const keys = conditionKeysOf(statement);
    if (keys === undefined || [...keys].some((key) => SOURCE.test(key))) continue;
    for (const service of servicesOf(statement))
      if (deputies.has(service.text!)) yield { at: service, message: `${service.text} is let in for anybody` };
  }
}

function* openPermission(permission: Resource): Generator<Found> {
  for (const service of permission.values('Principal')) {
    if (service.text === undefined || !DEPUTIES.has(service.text)) continue;
    const sources = ['SourceArn', 'SourceAccount', 'PrincipalOrgID'].flatMap((name) =>
      permission.values(name, service.when),
    );
    if (sources.every(({ isAbsent }) => isAbsent))
      yield { at: service, message: `${service.text} may call the function for anybody` };
  }
}
