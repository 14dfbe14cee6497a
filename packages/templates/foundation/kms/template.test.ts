import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { type RenderOptions, render, type Statement } from '@bitclouded/kit';
import template from './template.ts';

/** Who asks a key for what. A service asks as itself, a role of the account as its ARN. */
interface Request {
  readonly who: string;
  readonly action: string;
  readonly context?: Readonly<Record<string, string>>;
}

const ACCOUNT = '123456789012';
const STRANGER = '210987654321';
const TOPIC = `arn:aws:sns:eu-west-1:${ACCOUNT}:alerts`;
const QUEUE = `arn:aws:sqs:eu-west-1:${ACCOUNT}:failed`;
const AUTO_SCALING = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;

type Key = 'Key' | 'LogsKey';

function statementsOf(key: Key, options: RenderOptions = {}): readonly Statement[] {
  const { KeyPolicy } = render(template, options).resources[key]!.Properties;
  return (KeyPolicy as unknown as { Statement: readonly Statement[] }).Statement;
}

/** Whether a key's policy by itself lets the request in, as IAM decides it. */
function lets(key: Key, { who, action, context = {} }: Request, options: RenderOptions = {}): boolean {
  return statementsOf(key, options).some(
    ({ Principal, Action, Condition = {} }) =>
      matchesPrincipal(Principal, who) &&
      [Action].flat().some((pattern) => glob(pattern, action)) &&
      Object.entries(Condition).every(([operator, wanted]) =>
        Object.entries(wanted).every(([name, patterns]) => {
          const value = context[name];
          if (value === undefined) return false;
          const compare = operator.endsWith('Like') ? glob : (one: string, other: string) => one === other;
          return [patterns].flat().some((pattern) => compare(String(pattern), value));
        }),
      ),
  );
}

function matchesPrincipal(principal: Statement['Principal'], who: string): boolean {
  const { Service = [], AWS = [] } = principal as { Service?: string | string[]; AWS?: string | string[] };
  return [Service].flat().includes(who) || [AWS].flat().some((name) => name === '*' || name === who);
}

function glob(pattern: string, text: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(text);
}

const service = (name: string): string => `${name}.amazonaws.com`;

describe('both keys', () => {
  test.each<Key>(['Key', 'LogsKey'])('%s turns, and outlives its stack unless the stack fails to be created', (key) => {
    const { Type, DeletionPolicy, UpdateReplacePolicy, Properties } = render(template, {
      parameters: { PendingWindowInDays: '7' },
    }).resources[key]!;
    expect({ Type, DeletionPolicy, UpdateReplacePolicy }).toEqual({
      Type: 'AWS::KMS::Key',
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(Properties).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: '7' });
  });

  test.each(['6', '31'])('refuse to wait for %s days, which KMS does not know', (PendingWindowInDays) => {
    expect(() => render(template, { parameters: { PendingWindowInDays } })).toThrow(/PendingWindowInDays/);
  });

  test('are administered by the account, by IAM policies', () => {
    for (const key of ['Key', 'LogsKey'] as const)
      expect(lets(key, { who: `arn:aws:iam::${ACCOUNT}:root`, action: 'kms:PutKeyPolicy' })).toBe(true);
  });

  test('let nobody in without a condition but the account', () => {
    for (const key of ['Key', 'LogsKey'] as const) {
      const [account, ...others] = statementsOf(key);
      expect(account).toEqual({
        Sid: 'Account',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: 'kms:*',
        Resource: '*',
      });
      for (const { Sid, Condition = {} } of others)
        expect([Sid, JSON.stringify(Condition)]).toEqual([Sid, expect.stringContaining(ACCOUNT)]);
    }
  });

  test('let nobody administer them but the account', () => {
    for (const key of ['Key', 'LogsKey'] as const)
      for (const { Action } of statementsOf(key).slice(1))
        expect([Action].flat()).not.toEqual(
          expect.arrayContaining([expect.stringMatching(/^kms:(?:\*|Put|Schedule)/)]),
        );
  });

  test.each([
    ['aws', 'eu-west-1', 'logs.eu-west-1.amazonaws.com'],
    ['aws-cn', 'cn-north-1', 'logs.cn-north-1.amazonaws.com.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'logs.us-gov-west-1.amazonaws.com'],
  ] as const)('encrypt the log groups of the account in %s', (partition, region, who) => {
    const context = (account: string) => ({
      'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:/a/b`,
    });
    for (const key of ['Key', 'LogsKey'] as const) {
      const ask = (account: string) =>
        lets(key, { who, action: 'kms:GenerateDataKey', context: context(account) }, { partition, region });
      expect(ask(ACCOUNT)).toBe(true);
      expect(ask(STRANGER)).toBe(false);
    }
  });

  test('have an alias each that is made of the name of the stack, and goes with it', () => {
    const { resources } = render(template, { stackName: 'prod-kms' });
    expect(resources.Alias).toMatchObject({
      Properties: { AliasName: 'alias/prod-kms-data', TargetKeyId: '${Key.KeyId}' },
    });
    expect(resources.LogsAlias).toMatchObject({
      Properties: { AliasName: 'alias/prod-kms-logs', TargetKeyId: '${LogsKey.KeyId}' },
    });
    expect(resources.Alias).not.toHaveProperty('DeletionPolicy');
  });
});

describe('the data key', () => {
  const publish = (who: string, topic: string, context: Record<string, string> = {}): boolean =>
    ['kms:Decrypt', 'kms:GenerateDataKey'].every((action) =>
      lets('Key', {
        who: service(who),
        action,
        context: { 'kms:EncryptionContext:aws:sns:topicArn': topic, ...context },
      }),
    );
  const elsewhere = TOPIC.replace(ACCOUNT, STRANGER);

  test('lets alarms of the account publish to its topics, and no other alarms, and to no other topics', () => {
    expect(publish('cloudwatch', TOPIC, { 'aws:SourceAccount': ACCOUNT })).toBe(true);
    expect(publish('cloudwatch', TOPIC, { 'aws:SourceAccount': STRANGER })).toBe(false);
    expect(publish('cloudwatch', TOPIC)).toBe(false);
    expect(publish('cloudwatch', elsewhere, { 'aws:SourceAccount': ACCOUNT })).toBe(false);
  });

  test.each(['events', 's3', 'backup'])(
    'lets %s publish to topics of the account, though the request names no source account',
    (who) => {
      expect(publish(who, TOPIC)).toBe(true);
      expect(publish(who, elsewhere)).toBe(false);
    },
  );

  test('lets topics of the account deliver to encrypted queues', () => {
    const deliver = (topic: string) =>
      lets('Key', { who: service('sns'), action: 'kms:GenerateDataKey', context: { 'aws:SourceArn': topic } });
    expect(deliver(TOPIC)).toBe(true);
    expect(deliver(elsewhere)).toBe(false);
  });

  test.each(['events', 's3'])('lets %s send to queues of the account', (who) => {
    const send = (queue: string) =>
      lets('Key', {
        who: service(who),
        action: 'kms:GenerateDataKey',
        context: { 'kms:EncryptionContext:aws:sqs:arn': queue },
      });
    expect(send(QUEUE)).toBe(true);
    expect(send(QUEUE.replace(ACCOUNT, STRANGER))).toBe(false);
  });

  describe('and volumes of instances', () => {
    const request = (
      role: string,
      changes: Record<string, string> = {},
      action = 'kms:GenerateDataKeyWithoutPlaintext',
    ) =>
      lets('Key', {
        who: role,
        action,
        context: {
          'kms:CallerAccount': ACCOUNT,
          'aws:PrincipalArn': role,
          'kms:ViaService': 'ec2.eu-west-1.amazonaws.com',
          ...changes,
        },
      });

    test('lets Auto Scaling and Spot use it through EC2', () => {
      expect(request(AUTO_SCALING)).toBe(true);
      expect(request(AUTO_SCALING.replaceAll('autoscaling', 'spot'))).toBe(true);
      expect(request(AUTO_SCALING, { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' })).toBe(false);
      expect(request(AUTO_SCALING, { 'kms:ViaService': 'ec2.eu-west-2.amazonaws.com' })).toBe(false);
    });

    test('lets no other role and no other account in by the open principal', () => {
      expect(request(`arn:aws:iam::${ACCOUNT}:role/admin`)).toBe(false);
      expect(request(AUTO_SCALING.replace(ACCOUNT, STRANGER))).toBe(false);
      expect(request(AUTO_SCALING, { 'kms:CallerAccount': STRANGER })).toBe(false);
    });

    test('lets Auto Scaling hand the key on to a resource of AWS only', () => {
      const grant = (isForAws: string) =>
        request(AUTO_SCALING, { 'kms:GrantIsForAWSResource': isForAws }, 'kms:CreateGrant');
      expect(grant('true')).toBe(true);
      expect(grant('false')).toBe(false);
      expect(request(AUTO_SCALING, {}, 'kms:CreateGrant')).toBe(false);
    });
  });

  test('is not for trails and log delivery', () => {
    const named = statementsOf('Key').flatMap(({ Principal }) => Object.values(Principal as object).flat());
    expect(named).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(?:cloudtrail|delivery)/)]));
  });
});

describe('the logs key', () => {
  const trail = (account: string) => `arn:aws:cloudtrail:us-east-1:${account}:trail/all`;

  test('encrypts trails of the account, whichever region is their home', () => {
    const encrypt = (source: string, context: string) =>
      lets('LogsKey', {
        who: service('cloudtrail'),
        action: 'kms:GenerateDataKey',
        context: { 'aws:SourceArn': source, 'kms:EncryptionContext:aws:cloudtrail:arn': context },
      });
    expect(encrypt(trail(ACCOUNT), trail(ACCOUNT))).toBe(true);
    expect(encrypt(trail(STRANGER), trail(STRANGER))).toBe(false);
    expect(encrypt(trail(ACCOUNT), trail(STRANGER))).toBe(false);
  });

  test('is described to a trail, which has no encryption context then', () => {
    const describeKey = (source: string) =>
      lets('LogsKey', { who: service('cloudtrail'), action: 'kms:DescribeKey', context: { 'aws:SourceArn': source } });
    expect(describeKey(trail(ACCOUNT))).toBe(true);
    expect(describeKey(trail(STRANGER))).toBe(false);
  });

  test('encrypts what log delivery writes for the account', () => {
    const deliver = (account: string) =>
      lets('LogsKey', {
        who: service('delivery.logs'),
        action: 'kms:GenerateDataKey',
        context: {
          'aws:SourceAccount': account,
          'aws:SourceArn': `arn:aws:logs:eu-west-1:${account}:delivery-source:a`,
        },
      });
    expect(deliver(ACCOUNT)).toBe(true);
    expect(deliver(STRANGER)).toBe(false);
  });

  test('is not for topics, queues and volumes', () => {
    const sids = statementsOf('LogsKey').map(({ Sid }) => Sid);
    expect(sids).toEqual(['Account', 'LogGroups', 'Trails', 'TrailsDescribe', 'LogDelivery']);
  });
});

test('gives the ARNs of the keys', () => {
  expect(render(template).outputs).toEqual({ KeyArn: '${Key.Arn}', LogsKeyArn: '${LogsKey.Arn}' });
});

test('another window replaces nothing', () => {
  const resources = (PendingWindowInDays: string) => ({
    Resources: render(template, { parameters: { PendingWindowInDays } }).resources,
  });
  const { changes } = fullDiff(resources('7'), resources('30')).resources;
  expect(Object.entries(changes).map(([id, change]) => [id, change.changeImpact])).toEqual([
    ['Key', ResourceImpact.WILL_UPDATE],
    ['LogsKey', ResourceImpact.WILL_UPDATE],
  ]);
});
