import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { type Rendered, render, type Statement, synthesise } from '@bitclouded/kit';
import alertRouter from '../../../lambdas/alert-router/lambda.ts';
import template from './template.ts';

const ACCOUNT = '123456789012';
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1`;
const SECRET = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:chat-AbCdEf`;
const CHAT = { Email: 'ops@example.com', WebhookSecretArn: SECRET };

function rendered(parameters: Record<string, string> = {}): Rendered {
  return render(template, { parameters: { KeyArn: KEY, ...parameters } });
}

function properties(
  id: string,
  parameters: Record<string, string> = CHAT,
): Rendered['resources'][string]['Properties'] {
  return rendered(parameters).resources[id]!.Properties;
}

function statements(id: string, parameters: Record<string, string> = CHAT): readonly Statement[] {
  return (properties(id, parameters).PolicyDocument as unknown as { Statement: readonly Statement[] }).Statement;
}

const TOPICS = ['Critical', 'Warning'];

describe('a topic', () => {
  test.each([...TOPICS, 'RouterFailures'])('%s is under the key', (id) => {
    expect(properties(id)).toMatchObject({ KmsMasterKeyId: KEY });
  });

  test.each(TOPICS)('%s takes what alarms, backups and events of the account publish, over TLS', (id) => {
    const publish = (Sid: string, Service: string) => ({
      Sid,
      Effect: 'Allow',
      Principal: { Service },
      Action: 'sns:Publish',
      Resource: `\${${id}}`,
    });
    const own = (source: string) => ({
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnLike: { 'aws:SourceArn': source } },
    });
    expect(properties(`${id}Policy`).Topics).toEqual([`\${${id}}`]);
    expect(statements(`${id}Policy`)).toEqual([
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: `\${${id}}`,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      { ...publish('Alarms', 'cloudwatch.amazonaws.com'), ...own(`arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:*`) },
      { ...publish('Backups', 'backup.amazonaws.com'), ...own(`arn:aws:backup:eu-west-1:${ACCOUNT}:backup-vault:*`) },
      publish('Events', 'events.amazonaws.com'),
    ]);
  });

  test('is excused where EventBridge publishes without a condition', () => {
    expect(synthesise(template).interface.exceptions).toMatchObject([
      { logicalId: 'CriticalPolicy', standard: 'no-confused-deputy' },
      { logicalId: 'WarningPolicy', standard: 'no-confused-deputy' },
      { logicalId: 'Delivered', standard: 'data-retained' },
      { logicalId: 'Delivered', standard: 'alarmed' },
      { logicalId: 'Undelivered', standard: 'data-retained' },
    ]);
  });
});

describe('without a webhook', () => {
  test('there are two topics and their policies, and nothing else', () => {
    expect(Object.keys(rendered().resources).sort()).toEqual([
      'Critical',
      'CriticalPolicy',
      'Warning',
      'WarningPolicy',
    ]);
  });

  test('an address is subscribed to both topics', () => {
    const { resources } = rendered({ Email: 'ops@example.com' });
    const subscriptions = Object.values(resources).filter(({ Type }) => Type === 'AWS::SNS::Subscription');
    expect(subscriptions.map(({ Properties }) => Properties)).toEqual(
      TOPICS.map((id) => ({ TopicArn: `\${${id}}`, Protocol: 'email', Endpoint: 'ops@example.com' })),
    );
  });
});

describe('with a webhook', () => {
  test('an address is needed, which is told when the chat is away', () => {
    expect(() => rendered({ WebhookSecretArn: SECRET })).toThrow(/A webhook needs an e-mail address/);
    expect(rendered({ Email: CHAT.Email }).conditions.WebhookSecretArnGiven).toBe(false);
  });

  test('the router gets every variable that it declares', () => {
    expect(properties('Router', { ...CHAT, WebhookFormat: 'teams' }).Environment).toEqual({
      Variables: { WEBHOOK_SECRET_ARN: SECRET, FORMAT: 'teams', TABLE_NAME: '${Delivered}' },
    });
    expect(Object.keys(alertRouter.environment).sort()).toEqual(['FORMAT', 'TABLE_NAME', 'WEBHOOK_SECRET_ARN']);
  });

  test.each(['slack', 'teams', 'generic'])('the format %s is offered', (WebhookFormat) => {
    expect(() => rendered({ ...CHAT, WebhookFormat })).not.toThrow();
  });

  test('the router may do what it declares, on its own resources alone', () => {
    const { Policies, Path } = properties('RouterRole') as unknown as {
      Policies: readonly { PolicyDocument: { Statement: readonly Statement[] } }[];
      Path: string;
    };
    const via = (...services: string[]) => ({
      StringLike: { 'kms:ViaService': services.map((name) => `${name}.eu-west-1.amazonaws.com*`) },
    });
    expect(Path).toBe('/operations/alerts/');
    expect(Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      {
        Sid: 'Logs',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '${RouterLogs.Arn}',
      },
      { Sid: 'Secret', Effect: 'Allow', Action: alertRouter.grants.secret.actions, Resource: SECRET },
      { Sid: 'Table', Effect: 'Allow', Action: alertRouter.grants.table.actions, Resource: '${Delivered.Arn}' },
      {
        Sid: 'Key',
        Effect: 'Allow',
        Action: alertRouter.grants.key.actions,
        Resource: KEY,
        Condition: via('secretsmanager', 'dynamodb'),
      },
      { Sid: 'Undelivered', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '${Undelivered.Arn}' },
      {
        Sid: 'UndeliveredKey',
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Resource: KEY,
        Condition: via('sqs'),
      },
    ]);
  });

  test.each(TOPICS)('%s invokes the router, and keeps in the queue what it cannot hand over', (id) => {
    const { resources } = rendered(CHAT);
    expect(resources[`${id}InvokesRouter`]!.Properties).toEqual({
      FunctionName: '${Router}',
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
      SourceArn: `\${${id}}`,
    });
    expect(resources[`${id}Chat`]).toMatchObject({
      // A message that comes before these would be lost.
      DependsOn: expect.arrayContaining([`${id}InvokesRouter`, 'RouterOnFailure', 'UndeliveredPolicy']),
      Properties: {
        TopicArn: `\${${id}}`,
        Protocol: 'lambda',
        Endpoint: '${Router.Arn}',
        RedrivePolicy: { deadLetterTargetArn: '${Undelivered.Arn}' },
      },
    });
  });

  test('what the router fails at three times goes to the queue', () => {
    expect(properties('RouterOnFailure')).toEqual({
      FunctionName: '${Router}',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: '${Undelivered.Arn}' } },
    });
  });

  test('the queue is under the key and takes messages of the two topics alone, over TLS', () => {
    expect(properties('Undelivered')).toEqual({ KmsMasterKeyId: KEY, MessageRetentionPeriod: 1_209_600 });
    expect(statements('UndeliveredPolicy')).toEqual([
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: '${Undelivered.Arn}',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      {
        Sid: 'Topics',
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '${Undelivered.Arn}',
        Condition: { ArnEquals: { 'aws:SourceArn': ['${Critical}', '${Warning}'] } },
      },
    ]);
  });

  test('the table is as the router expects it, under the key, and forgets', () => {
    expect(properties('Delivered')).toEqual({
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      Tags: [{ Key: 'bitclouded:backup', Value: 'none' }],
      TimeToLiveSpecification: { AttributeName: 'expiration', Enabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY },
    });
  });

  test('the log of the router is under the key and ends', () => {
    expect(properties('RouterLogs')).toMatchObject({ KmsKeyId: KEY, RetentionInDays: 30 });
  });

  test('what the router holds can be made again, and goes with it', () => {
    const { resources } = rendered(CHAT);
    for (const id of ['Delivered', 'Undelivered', 'RouterLogs'])
      expect([id, resources[id]!.DeletionPolicy]).toEqual([id, 'Delete']);
  });

  test('its failures are told by e-mail alone, by a way that does not lead through the router', () => {
    const { resources } = rendered(CHAT);
    const readers = Object.values(resources).filter(
      ({ Type, Properties }) => Type === 'AWS::SNS::Subscription' && Properties.TopicArn === '${RouterFailures}',
    );
    expect(readers.map(({ Properties }) => [Properties.Protocol, Properties.Endpoint])).toEqual([
      ['email', CHAT.Email],
    ]);
    expect(statements('RouterFailuresPolicy').map(({ Effect, Principal }) => [Effect, Principal])).toEqual([
      ['Deny', '*'],
      ['Allow', { Service: 'cloudwatch.amazonaws.com' }],
    ]);

    const alarms = Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    expect(alarms.map(({ Properties: alarm }) => [alarm.Namespace, alarm.MetricName, alarm.AlarmActions])).toEqual([
      ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', ['${RouterFailures}']],
      ['AWS/Lambda', 'Errors', ['${RouterFailures}']],
    ]);
    expect(alarms.map(({ Properties }) => Properties.Dimensions)).toEqual([
      [{ Name: 'QueueName', Value: '${Undelivered.QueueName}' }],
      [{ Name: 'FunctionName', Value: '${Router}' }],
    ]);
  });
});

test('cannot do without the key: CloudWatch publishes to no topic under the default one', () => {
  expect(() => render(template)).toThrow(/KeyArn/);
  expect(() => rendered({ KeyArn: '' })).toThrow(/KeyArn/);
});

test('roles take a permissions boundary where one is given', () => {
  const PermissionsBoundaryArn = `arn:aws:iam::${ACCOUNT}:policy/boundary`;
  expect(properties('RouterRole', { ...CHAT, PermissionsBoundaryArn })).toMatchObject({
    PermissionsBoundary: PermissionsBoundaryArn,
  });
  expect(properties('RouterRole')).not.toHaveProperty('PermissionsBoundary');
});

test('gives the ARNs of the topics', () => {
  expect(rendered().outputs).toEqual({ CriticalArn: '${Critical}', WarningArn: '${Warning}' });
});

describe('an update', () => {
  const changes = (from: Record<string, string>, to: Record<string, string>) =>
    Object.entries(
      fullDiff({ Resources: rendered(from).resources }, { Resources: rendered(to).resources }).resources.changes,
    );
  const replaced = (from: Record<string, string>, to: Record<string, string>) =>
    changes(from, to)
      .filter(([, { changeImpact }]) => ![ResourceImpact.NO_CHANGE, ResourceImpact.WILL_UPDATE].includes(changeImpact))
      .map(([logicalId]) => logicalId);

  test('of key, secret or format replaces nothing', () => {
    expect(
      replaced(CHAT, { ...CHAT, KeyArn: `${KEY}2`, WebhookSecretArn: `${SECRET}2`, WebhookFormat: 'teams' }),
    ).toEqual([]);
  });

  test('of the address replaces its subscriptions alone', () => {
    expect(replaced(CHAT, { ...CHAT, Email: 'others@example.com' })).toEqual([
      'CriticalEmail',
      'WarningEmail',
      'RouterFailuresEmail',
    ]);
  });

  test('that adds a webhook touches nothing that was there', () => {
    const before = Object.keys(rendered({ Email: CHAT.Email }).resources);
    const touched = changes({ Email: CHAT.Email }, CHAT).map(([logicalId]) => logicalId);
    expect(touched.length).toBeGreaterThan(10);
    expect(touched.filter((logicalId) => before.includes(logicalId))).toEqual([]);
  });
});
