import { defineCustomResource } from '@bitclouded/kit';
import type { Properties } from './properties.ts';

export default defineCustomResource<Properties>()({
  name: 'listener-rule',
  summary: 'Owns a rule of a shared load balancer’s listener, at the lowest priority that is free',
  trigger: 'CloudFormation: a custom resource for each rule',
  memoryMb: 256,
  // A few requests; where many stacks want a priority at once, twenty turns of at most two seconds.
  timeoutSeconds: 120,
  environment: {},
  grants: {
    read: {
      actions: ['elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeTags'],
      why: 'Finds which priorities are taken, and by its tags what an attempt before made',
    },
    create: {
      actions: ['elasticloadbalancing:CreateRule'],
      why: 'Makes the rule in the listener',
    },
    tag: {
      actions: ['elasticloadbalancing:AddTags'],
      why: 'Writes the owner on the rule as it is made',
    },
    change: {
      actions: ['elasticloadbalancing:ModifyRule', 'elasticloadbalancing:DeleteRule'],
      why: 'Changes and removes its own rules',
    },
  },
});
