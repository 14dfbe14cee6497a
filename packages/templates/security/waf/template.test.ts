import { type Rendered, render } from '@bitclouded/kit';
import template from './template.ts';

const GROUP = 'arn:aws:logs:eu-west-1:123456789012:log-group:aws-waf-logs-prod';
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:warning';

interface Rule {
  readonly Name: string;
  readonly Priority: number;
  readonly Action?: object;
  readonly OverrideAction?: object;
  readonly VisibilityConfig: { readonly MetricName: string };
  readonly Statement: { readonly ManagedRuleGroupStatement?: object; readonly RateBasedStatement?: object };
}

function rendered(parameters: Record<string, string> = {}): Rendered {
  return render(template, { parameters: { WafLogGroupArn: GROUP, ...parameters } });
}

const rules = (parameters?: Record<string, string>): Rule[] =>
  rendered(parameters).resources.WebAcl!.Properties.Rules as unknown as Rule[];
const rule = (name: string, parameters?: Record<string, string>): Rule =>
  rules(parameters).find(({ Name }) => Name === name)!;

describe('the web ACL', () => {
  test('lets through what no rule stops, and looks in an order of its own', () => {
    expect(rendered().resources.WebAcl!.Properties).toMatchObject({ Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
    expect(rules().map(({ Name, Priority }) => `${Priority} ${Name}`)).toEqual([
      '0 IpReputation',
      '1 RateLimit',
      '2 KnownBadInputs',
      '3 Common',
      '4 Sql',
    ]);
    expect(new Set(rules().map(({ VisibilityConfig }) => VisibilityConfig.MetricName)).size).toBe(5);
  });

  test('limits each address as it is told, and says so to it', () => {
    expect(rule('RateLimit', { RateLimit: '500' })).toMatchObject({
      Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
      Statement: { RateBasedStatement: { AggregateKeyType: 'IP', EvaluationWindowSec: 300, Limit: '500' } },
    });
  });

  test('counts long bodies, so that uploads pass, and blocks by every other rule', () => {
    expect(rule('Common').Statement.ManagedRuleGroupStatement).toEqual({
      VendorName: 'AWS',
      Name: 'AWSManagedRulesCommonRuleSet',
      RuleActionOverrides: [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }],
    });
    for (const { OverrideAction, Statement } of rules())
      if (Statement.ManagedRuleGroupStatement) expect(OverrideAction).toEqual({ None: {} });
  });

  test('only counts when it is tried', () => {
    const tried = rules({ CountOnly: 'true' });
    expect(tried.map(({ Action, OverrideAction }) => Action ?? OverrideAction)).toEqual(
      tried.map(() => ({ Count: {} })),
    );
  });

  test('writes its logs to the group, without what tells who somebody is', () => {
    expect(rendered().resources.Logging!.Properties).toEqual({
      ResourceArn: '${WebAcl.Arn}',
      LogDestinationConfigs: [GROUP],
      RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }],
    });
  });
});

test('many blocked requests are a warning, where there is a topic', () => {
  const alarm = rendered({ WarningArn: TOPIC, BlockedAlarm: '50' }).resources.BlockedRequests!.Properties;
  expect(alarm).toMatchObject({ MetricName: 'BlockedRequests', AlarmActions: [TOPIC] });
  expect(Number(alarm.Threshold)).toBe(50);
  expect(alarm.Dimensions).toContainEqual({ Name: 'WebACL', Value: 'WebAcl' });
});

test('load balancers take the ACL by its ARN', () => {
  expect(rendered().outputs).toEqual({ RegionalWebAclArn: '${WebAcl.Arn}' });
});
