import { GROUP } from '../aws/groups.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'rolling-update-waits',
  number: 33,
  title: 'A rolling update goes on only where the new instances work',
  why: 'Without signals it replaces every instance with one that may never start, and calls that a success.',
  remedy: 'Set AutoScalingRollingUpdate.WaitOnResourceSignals: true with a PauseTime, and signal from the user data',
  source: 'CloudFormation User Guide, "UpdatePolicy attribute", AutoScalingRollingUpdate policy',
  peers: 'cfn-lint E3016 checks the form of an update policy, not what it does',
  audience: 'everyone',
  severity: 'warning',
  applies: [GROUP],
  *check({ resource }) {
    const updates = resource.attribute('UpdatePolicy').flatMap((policy) => policy.values('AutoScalingRollingUpdate'));
    for (const update of updates) {
      if (update.kind !== 'map') continue;
      for (const waits of update.values('WaitOnResourceSignals'))
        if (waits.isNot('true')) yield { at: waits, message: 'The update does not wait for the new instances' };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Rolled:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy: { AutoScalingRollingUpdate: { WaitOnResourceSignals: 'true', PauseTime: PT15M } }
        Other:
          Type: AWS::AutoScaling::AutoScalingGroup
      `,
    ],
    bad: [
      `
      Resources:
        Rolled:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy:
            AutoScalingRollingUpdate: # finding
              PauseTime: PT15M
        Other:
          Type: AWS::AutoScaling::AutoScalingGroup
          UpdatePolicy:
            AutoScalingRollingUpdate:
              WaitOnResourceSignals: false # finding
      `,
    ],
  },
});
