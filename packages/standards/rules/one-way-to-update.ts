import { GROUP } from '../aws/groups.ts';
import { resourceStandard } from '../standard.ts';

/** Source: CloudFormation User Guide, "UpdatePolicy attribute". */
const WAYS = ['AutoScalingInstanceRefresh', 'AutoScalingReplacingUpdate', 'AutoScalingRollingUpdate'];

export default resourceStandard({
  name: 'one-way-to-update',
  number: 33,
  title: 'A group has one way in which a change reaches its instances',
  why: 'Without one, running instances keep the old image until they die by chance; of two, few know which one wins.',
  remedy: 'Give it an UpdatePolicy with AutoScalingRollingUpdate and signals, or with AutoScalingInstanceRefresh',
  source: 'CloudFormation User Guide, "UpdatePolicy attribute"',
  peers: 'cfn-lint E3016 checks the form of an update policy, not that there is one',
  audience: 'house',
  severity: 'warning',
  applies: [GROUP],
  *check({ resource }) {
    for (const policy of resource.attribute('UpdatePolicy')) {
      if (policy.kind === 'unknown') continue;
      const ways = WAYS.filter((way) => policy.values(way).some(({ isAbsent }) => !isAbsent));
      if (ways.length === 0)
        yield { at: policy, message: 'A change of its launch template reaches no running instance' };
      if (ways.length > 1) yield { at: policy, message: `It has more than one way to update: ${ways.join(', ')}` };
      else if (ways[0] === 'AutoScalingReplacingUpdate') yield { at: policy, message: 'An update replaces the group' };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Rolled:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy:
            AutoScalingRollingUpdate: { WaitOnResourceSignals: true }
            AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true }
        Refreshed:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { AutoScalingInstanceRefresh: { Strategy: Rolling } }
        Included:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { Fn::Transform: { Name: AWS::Include, Parameters: { Location: s3://bucket/policy.yaml } } }
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Either:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy:
            AutoScalingRollingUpdate: !If [Here, { WaitOnResourceSignals: true }, !Ref AWS::NoValue]
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::AutoScaling::AutoScalingGroup
        Scheduled:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: # finding
            AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true }
        Both:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: # finding: more than one way to update: AutoScalingReplacingUpdate, AutoScalingRollingUpdate
            AutoScalingRollingUpdate: { WaitOnResourceSignals: true }
            AutoScalingReplacingUpdate: { WillReplace: true }
        Replaced:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: # finding
            AutoScalingReplacingUpdate: { WillReplace: true }
      `,
    ],
  },
});
