import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';
import { describePlan } from './describe-plan.ts';
import { losesSomething, plannedChanges } from './planned-changes.ts';

const of = (change: Partial<ResourceChange>): Change => ({
  Type: 'Resource',
  ResourceChange: { LogicalResourceId: 'Bucket', ResourceType: 'AWS::S3::Bucket', ...change },
});
const one = (change: Partial<ResourceChange>) => plannedChanges([of(change)])[0]!;

it.each([
  [{ Action: 'Add' }, { effect: 'created', fate: 'kept', interrupts: 'no' }],
  [{ Action: 'Import' }, { effect: 'imported', fate: 'kept', interrupts: 'no' }],
  [
    { Action: 'Remove', PolicyAction: 'Delete' },
    { effect: 'removed', fate: 'deleted', interrupts: 'yes' },
  ],
  [
    { Action: 'Remove', PolicyAction: 'Retain' },
    { effect: 'removed', fate: 'left behind' },
  ],
  [{ Action: 'Remove' }, { effect: 'removed', fate: 'unknown' }],
  [
    { Action: 'Modify', Replacement: 'True', PolicyAction: 'ReplaceAndSnapshot' },
    { effect: 'replaced', fate: 'deleted after a snapshot', interrupts: 'yes' },
  ],
  [{ Action: 'Modify', Replacement: 'True', PolicyAction: 'ReplaceAndRetain' }, { fate: 'left behind' }],
  [
    { Action: 'Modify', Replacement: 'Conditional' },
    { effect: 'perhaps replaced', interrupts: 'perhaps' },
  ],
  [{ Action: 'Dynamic' }, { effect: 'perhaps replaced', interrupts: 'perhaps' }],
  [
    { Action: 'Modify', Replacement: 'False', Scope: ['Properties', 'Tags'] },
    { effect: 'changed', fate: 'kept', interrupts: 'perhaps' },
  ],
  [
    { Action: 'Modify', Replacement: 'False', Scope: ['Tags', 'Metadata'] },
    { effect: 'changed', interrupts: 'no' },
  ],
] as const)('reads %j', (change, meaning) => {
  const planned = one(change as unknown as Partial<ResourceChange>);
  expect(planned).toMatchObject(meaning);
  expect(losesSomething(planned)).toBe(['removed', 'replaced', 'perhaps replaced'].includes(planned.effect));
});

it('leaves out what changes the records of CloudFormation alone', () => {
  expect(plannedChanges([of({ Action: 'SyncWithActual' }), { Type: 'Resource' }])).toEqual([]);
});

it('names each property once, with its gravest meaning and its values', () => {
  const { because } = one({
    Action: 'Modify',
    Replacement: 'True',
    Scope: ['Properties'],
    Details: [
      { Target: { Attribute: 'Properties', Name: 'BucketName', RequiresRecreation: 'Never' } },
      {
        Target: {
          Attribute: 'Properties',
          Name: 'BucketName',
          RequiresRecreation: 'Always',
          BeforeValue: 'a',
          AfterValue: 'b',
        },
      },
      { Target: { Attribute: 'Properties', Path: '/Properties/VersioningConfiguration/Status' } },
      { Target: { Attribute: 'Tags' } },
    ],
  });
  expect(because).toEqual([
    { what: 'Properties.BucketName', before: 'a', after: 'b', replaces: 'always' },
    { what: 'Properties.VersioningConfiguration.Status', before: undefined, after: undefined, replaces: 'never' },
    { what: 'Tags', before: undefined, after: undefined, replaces: 'never' },
  ]);
});

it('describes a plan in lines that say what goes', () => {
  const plan = {
    stack: 'prod-store',
    region: 'eu-west-1',
    stackId: 'arn',
    action: 'update',
    changeSetId: 'arn',
    clientRequestToken: 'token',
    madeStack: false,
    terminationProtection: undefined,
    outputs: {},
    changes: plannedChanges([
      of({ Action: 'Add', LogicalResourceId: 'Logs' }),
      of({
        Action: 'Modify',
        Replacement: 'True',
        PolicyAction: 'ReplaceAndRetain',
        PhysicalResourceId: 'a',
        Details: [
          {
            Target: {
              Attribute: 'Properties',
              Name: 'BucketName',
              RequiresRecreation: 'Always',
              BeforeValue: 'a',
              AfterValue: 'b'.repeat(100),
            },
          },
        ],
      }),
    ]),
  } as const;
  expect(describePlan(plan)).toEqual([
    'eu-west-1  prod-store: update',
    '  created           Logs  AWS::S3::Bucket',
    '  replaced          Bucket  AWS::S3::Bucket  (a; the old one stays, outside the stack)',
    `                    Properties.BucketName: a → ${'b'.repeat(60)}…, replaces it`,
  ]);
});
