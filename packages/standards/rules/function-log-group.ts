import { isDefaultGroupOf } from '../aws/function-logs.ts';
import type { Resource } from '../model/resource.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'function-log-group',
  number: 40,
  title: 'A function writes to a log group of the template, which forgets in time',
  why: 'The group that Lambda makes by itself is kept for ever, outlives the stack, and cannot be encrypted or subscribed.',
  remedy: 'Add an AWS::Logs::LogGroup with RetentionInDays and name it in LoggingConfig.LogGroup',
  source: 'Lambda Developer Guide, "Configuring CloudWatch log groups"',
  peers: 'cdk-nag CloudWatchLogGroupRetentionPeriod and cfn-lint I3013 see only groups that are there',
  audience: 'everyone',
  severity: 'warning',
  applies: ['AWS::Lambda::Function'],
  *check({ resource, template }) {
    for (const named of resource.values('LoggingConfig.LogGroup')) {
      const group = template.referred(named);
      if (group) yield* withoutEnd(group);
      else if (named.isAbsent && template.isComplete) {
        const groups = template.ofType('AWS::Logs::LogGroup').filter((one) => mayBeGroupOf(one, resource));
        if (groups.length === 0) yield { at: resource, message: 'The function has no log group in the template' };
        for (const one of groups) yield* withoutEnd(one);
      }
    }
  },
  examples: {
    good: [
      `
      Resources:
        Function:
          Type: AWS::Lambda::Function
          Properties: { LoggingConfig: { LogGroup: !Ref Logs } }
        Logs:
          Type: AWS::Logs::LogGroup
          Properties: { RetentionInDays: 30 }
        Classic: { Type: AWS::Lambda::Function }
        ClassicLogs:
          Type: AWS::Logs::LogGroup
          Properties: { LogGroupName: !Join ['', [/aws/lambda/, !Ref Classic]], RetentionInDays: 30 }
        Named:
          Type: AWS::Lambda::Function
          Properties: { FunctionName: !Sub '\${AWS::StackName}-x' }
        NamedLogs:
          Type: AWS::Logs::LogGroup
          Properties: { LogGroupName: !Sub '/aws/lambda/\${AWS::StackName}-x', RetentionInDays: 30 }
        Elsewhere:
          Type: AWS::Lambda::Function
          Properties: { LoggingConfig: { LogGroup: !Ref GroupName } }
      Parameters:
        GroupName: { Type: String }
      `,
    ],
    bad: [
      `
      Resources:
        Lonely: # finding
          Type: AWS::Lambda::Function
        Function:
          Type: AWS::Lambda::Function
          Properties: { LoggingConfig: { LogGroup: !Ref Logs } }
        Logs: # finding
          Type: AWS::Logs::LogGroup
      `,
    ],
  },
});

function* withoutEnd(group: Resource) {
  for (const retention of group.values('RetentionInDays'))
    if (retention.isAbsent) yield { at: retention, resource: group, message: 'The log group never forgets' };
}

/** Whether a group has the name that Lambda gives by itself, or one that only the stack knows. */
function mayBeGroupOf(group: Resource, made: Resource): boolean {
  return (
    isDefaultGroupOf(group, made) ||
    group.values('LogGroupName').some(({ isAbsent, spelling }) => spelling === undefined && !isAbsent)
  );
}
