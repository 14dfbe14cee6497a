import { basename } from 'node:path';
import {
  CreateRuleCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { mockClient } from 'aws-sdk-client-mock';
import { createHandler } from './handler.ts';
import definition from './lambda.ts';

const PREFIX = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012';

test('answers CloudFormation with the rule and its priority', async () => {
  const elb = mockClient(ElasticLoadBalancingV2Client);
  const RuleArn = `${PREFIX}:listener-rule/app/web/50dc/aaaa/bbbb`;
  elb.on(DescribeRulesCommand).resolves({ Rules: [{ RuleArn: 'default', Priority: 'default', IsDefault: true }] });
  elb.on(CreateRuleCommand).resolves({ Rules: [{ RuleArn }] });
  const answers: unknown[] = [];
  const handle = createHandler({
    elb: new ElasticLoadBalancingV2Client(),
    pause: async () => {},
    send: async (_, request) => {
      answers.push(JSON.parse(Buffer.from(request!.body as Uint8Array).toString()));
      return new Response();
    },
    log: () => {},
  });
  await handle(
    {
      RequestType: 'Create',
      ResponseURL: 'https://answers.example.com/',
      StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/blog/1',
      RequestId: 'r-1',
      LogicalResourceId: 'Rule',
      ResourceProperties: {
        ServiceToken: 'x',
        ServiceTimeout: '180',
        ListenerArn: `${PREFIX}:listener/app/web/50dc/aaaa`,
        TargetGroupArn: `${PREFIX}:targetgroup/blog/73e2`,
        HostNames: ['blog.example.com'],
      },
    } as never,
    { getRemainingTimeInMillis: () => 60_000 },
  );
  expect(answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: RuleArn, Data: { RuleArn, Priority: '1' } }]);
});

test('the definition has the name of its folder, and grants what is sent and no more', () => {
  expect(definition.name).toBe(basename(__dirname));
  expect(Object.values(definition.grants).flatMap(({ actions }) => [...actions])).toEqual([
    'elasticloadbalancing:DescribeRules',
    'elasticloadbalancing:DescribeTags',
    'elasticloadbalancing:CreateRule',
    'elasticloadbalancing:AddTags',
    'elasticloadbalancing:ModifyRule',
    'elasticloadbalancing:DeleteRule',
  ]);
});
