import { output } from '../definition/output.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';
import { render } from '../rendering/render.ts';
import { governor, keys } from '../testing/upstreams.ts';

const template = defineTemplate({
  name: 'test/invoked',
  summary: 'A function that rules invoke',
  parameters: {
    KeyArn: param.recommendedFrom(keys, 'KeyArn'),
    Wanted: param.flag({ description: 'Whether there is a function', default: 'true' }),
  },
  outputs: { FunctionArn: output.arn.orEmpty('The function') },
  build({ params, lambdaFunction, invokedBy }) {
    const made = lambdaFunction('Worker', governor, {
      environment: { MODE: 'x' },
      grants: {
        governed: { resources: ['arn:x'], condition: { StringEquals: { a: 'b' } } },
        listing: { resources: ['*'], only: params.KeyArn.given },
      },
      logs: { retentionInDays: 7 },
    });
    for (const part of Object.values(made)) params.Wanted.guards(part);
    invokedBy(made, {
      rules: {
        Called: { description: 'Somebody calls', pattern: { source: ['x'] } },
        Daily: { description: 'Every day', schedule: 'rate(1 day)' },
      },
      key: params.KeyArn,
      failure: 'It failed',
      tell: 'arn:aws:sns:eu-west-1:123456789012:topic',
    });
    return { FunctionArn: '' };
  },
});
const KeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/1';
const resourcesOf = (parameters: Record<string, string> = {}) => render(template, { parameters }).resources;

describe('a function that rules invoke', () => {
  it.each(['Called', 'Daily'])('takes what rule %s sends by its ARN alone, and keeps what cannot be sent', (rule) => {
    const resources = resourcesOf();
    expect(resources[`${rule}Invokes`]!.Properties).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: '${Worker}',
      Principal: 'events.amazonaws.com',
      SourceArn: `\${${rule}.Arn}`,
    });
    expect(resources[rule]!.Properties.Targets).toEqual([
      {
        Id: 'Function',
        Arn: '${Worker.Arn}',
        DeadLetterConfig: { Arn: '${WorkerDeadLetters.Arn}' },
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
      },
    ]);
    expect(resources.WorkerDeadLettersPolicy!.Properties.PolicyDocument).toMatchObject({
      Statement: [
        { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Condition: { ArnEquals: { 'aws:SourceArn': ['${Called.Arn}', '${Daily.Arn}'] } },
        },
      ],
    });
  });

  it('has its pattern or its schedule', () => {
    const resources = resourcesOf();
    expect(resources.Called!.Properties).toMatchObject({ EventPattern: { source: ['x'] } });
    expect(resources.Daily!.Properties).toMatchObject({ ScheduleExpression: 'rate(1 day)' });
  });

  it('encrypts its queue, by the key where there is one', () => {
    expect(resourcesOf().WorkerDeadLetters!.Properties).toMatchObject({ SqsManagedSseEnabled: true });
    expect(resourcesOf({ KeyArn }).WorkerDeadLetters!.Properties).toEqual({
      KmsMasterKeyId: KeyArn,
      MessageRetentionPeriod: 1_209_600,
    });
  });

  it.each(['WorkerDeadLettersAlarm', 'WorkerErrorsAlarm'])('calls by %s', (alarm) => {
    expect(resourcesOf()[alarm]!.Properties).toMatchObject({
      Threshold: 0,
      AlarmActions: ['arn:aws:sns:eu-west-1:123456789012:topic'],
    });
  });

  it('leaves nothing behind in stacks that lack it', () => {
    expect(resourcesOf({ Wanted: 'false' })).toEqual({});
  });
});

describe('a grant', () => {
  const grantsOf = (parameters: Record<string, string>) => {
    const { Policies } = resourcesOf(parameters).WorkerRole!.Properties as unknown as {
      Policies: [{ PolicyDocument: { Statement: { Sid: string }[] } }];
    };
    return Policies[0].PolicyDocument.Statement.slice(1);
  };
  const governed = {
    Sid: 'Governed',
    Effect: 'Allow',
    Action: ['logs:PutRetentionPolicy'],
    Resource: 'arn:x',
    Condition: { StringEquals: { a: 'b' } },
  };

  it('takes a condition', () => expect(grantsOf({})).toEqual([governed]));

  it('stands only where its flag holds', () => {
    expect(grantsOf({ KeyArn })).toEqual([
      governed,
      { Sid: 'Listing', Effect: 'Allow', Action: ['logs:DescribeLogGroups'], Resource: '*' },
    ]);
  });
});
