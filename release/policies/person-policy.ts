import { bucketOf, type Host, partitionOf, type TemplateInterface } from '@bitclouded/documents';
import { parameterReads } from './parameter-reads.ts';
import { type PolicyStatement, statement } from './policy-statement.ts';

/** Where the roles stand that people may pass to CloudFormation. */
export const SERVICE_ROLE_PATH = '/cloudformation/';

const STACK_ACTIONS = [
  'CancelUpdateStack',
  'ContinueUpdateRollback',
  'CreateChangeSet',
  'CreateStack',
  'DeleteChangeSet',
  'DeleteStack',
  'DescribeChangeSet',
  'DescribeEvents',
  'DescribeStackEvents',
  'DescribeStackResource',
  'DescribeStackResources',
  'DescribeStacks',
  'ExecuteChangeSet',
  'GetTemplate',
  'ListChangeSets',
  'ListStackResources',
  'RollbackStack',
  'TagResource',
  'UntagResource',
  'UpdateStack',
  'UpdateTerminationProtection',
];

/**
 * What somebody needs who deploys the published templates by service roles: CloudFormation's own actions, no resource.
 * @param templates whose parameters they give values
 */
export function personPolicy(templates: readonly TemplateInterface[], host: Host): readonly PolicyStatement[] {
  const partition = partitionOf(host.homeRegion);
  const stacks = `arn:${partition}:cloudformation:*:*`;
  return [
    ...statement(
      'Stacks',
      STACK_ACTIONS.map((action) => `cloudformation:${action}`),
      [`${stacks}:stack/*`, `${stacks}:changeSet/*`],
    ),
    ...statement(
      'Templates',
      ['GetTemplateSummary', 'ListStacks', 'ValidateTemplate'].map((action) => `cloudformation:${action}`),
      ['*'],
    ),
    ...statement(
      'PublishedTemplates',
      ['s3:GetObject'],
      [`arn:${partition}:s3:::${bucketOf(host, host.homeRegion)}/*.yaml`],
    ),
    ...statement('PassServiceRoles', ['iam:PassRole'], [`arn:${partition}:iam::*:role${SERVICE_ROLE_PATH}*`], {
      StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
    }),
    ...statement('Values', templates.flatMap(parameterReads), ['*']),
  ];
}
