import { defineTemplate, output, param, unless, when } from '@bitclouded/kit';
import { Aws } from 'aws-cdk-lib';
import { CfnLoggingConfiguration, CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import logsStore from '../../analytics/logs-store/template.ts';
import alerts from '../../operations/alerts/template.ts';

/** The metric of the whole list, and the dimension that the alarms read. */
const METRIC = 'WebAcl';
/** Seconds over which requests of an address are counted. */
const RATE_WINDOW_SECONDS = 300;

export default defineTemplate({
  name: 'security/waf',
  summary: 'A web ACL for load balancers: managed rules, a rate limit and logs',
  parameters: {
    RateLimit: param.count({
      description: 'Requests of one address in five minutes; more are blocked until they are fewer',
      default: '2000',
      minimum: 10,
      maximum: 2_000_000_000,
      group: 'Rules',
    }),
    CountOnly: param.flag({
      description: 'Lets everything through and only counts what the rules would block: to try them on real traffic',
      group: 'Rules',
    }),
    BlockedAlarm: param.count({
      description: 'Blocked requests in five minutes, from which on there is a warning',
      default: '1000',
      minimum: 1,
      maximum: 1_000_000_000,
      group: 'Alarms',
    }),
    WafLogGroupArn: param.from(logsStore, 'WafLogGroupArn'),
    WarningArn: param.recommendedFrom(alerts, 'WarningArn'),
  },
  outputs: {
    RegionalWebAclArn: output.webAclArn('Web ACL for load balancers of this region'),
  },
  build({ scope, params, alarm, allow }) {
    const webAcl = new CfnWebACL(scope, 'WebAcl', {
      scope: 'REGIONAL',
      description: 'Load balancers',
      defaultAction: { allow: {} },
      visibilityConfig: visible(METRIC),
      // Cheap ones first: what they block costs no other rule a look. 1,127 of the 1,500 capacity units that cost
      // nothing more. Source: AWS WAF Developer Guide, "AWS Managed Rules rule groups list".
      rules: [
        managed('IpReputation', 'AWSManagedRulesAmazonIpReputationList'),
        {
          name: 'RateLimit',
          action: {
            count: when(params.CountOnly, {}),
            // As CloudFormation spells it: CDK looks into no branch.
            block: unless<CfnWebACL.BlockActionProperty | object>(params.CountOnly, {
              CustomResponse: { ResponseCode: 429 },
            }),
          },
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              evaluationWindowSec: RATE_WINDOW_SECONDS,
              limit: params.RateLimit,
            },
          },
        },
        managed('KnownBadInputs', 'AWSManagedRulesKnownBadInputsRuleSet'),
        // A load balancer shows WAF the first 8 KB of a body. The rule against longer ones would block every upload.
        managed('Common', 'AWSManagedRulesCommonRuleSet', ['SizeRestrictions_BODY']),
        managed('Sql', 'AWSManagedRulesSQLiRuleSet'),
      ].map((rule, priority) => ({ ...rule, priority, visibilityConfig: visible(rule.name) })),
    });

    function managed(
      name: string,
      group: string,
      counted: readonly string[] = [],
    ): Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'> {
      return {
        name,
        overrideAction: { count: when(params.CountOnly, {}), none: unless(params.CountOnly, {}) },
        statement: {
          managedRuleGroupStatement: {
            vendorName: 'AWS',
            name: group,
            ...(counted.length > 0 && {
              ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
            }),
          },
        },
      };
    }

    // What tells who somebody is stays out of the logs.
    const logging = new CfnLoggingConfiguration(scope, 'Logging', {
      resourceArn: webAcl.attrArn,
      logDestinationConfigs: [params.WafLogGroupArn],
      redactedFields: ['authorization', 'cookie'].map((name) => ({ singleHeader: { Name: name } })),
    });
    allow({
      who: logging,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resource: 'WafLogGroupArn, by the resource policy that WAF itself writes',
      why: 'Every request that a rule looks at is logged',
    });

    alarm('BlockedRequests', {
      description:
        'Many requests are blocked: an attack, or a rule that hits the application. The log group of the web ACL shows which rule; CountOnly lets everything through meanwhile',
      on: webAcl,
      namespace: 'AWS/WAFV2',
      metric: 'BlockedRequests',
      dimensions: { WebACL: METRIC, Region: Aws.REGION, Rule: 'ALL' },
      statistic: 'Sum',
      threshold: params.BlockedAlarm,
      comparison: 'GreaterThanOrEqualToThreshold',
      periodSeconds: RATE_WINDOW_SECONDS,
      periods: 1,
      tell: params.WarningArn,
    });

    return { RegionalWebAclArn: webAcl.attrArn };
  },
});

function visible(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}
