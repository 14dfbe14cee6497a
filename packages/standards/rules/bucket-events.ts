import { isLogTarget } from '../aws/log-targets.ts';
import { resourceStandard } from '../standard.ts';

const EVENTS = 'NotificationConfiguration.EventBridgeConfiguration';

export default resourceStandard({
  name: 'bucket-events',
  number: 17,
  title: 'A bucket of data tells EventBridge what happens in it',
  why: 'Whoever wants to react later needs no change of this stack, and a bucket has one notification configuration.',
  remedy: 'Set NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled: true',
  source: 'S3 User Guide, "Using EventBridge"',
  peers: 'none',
  audience: 'house',
  severity: 'note',
  applies: ['AWS::S3::Bucket'],
  *check({ resource, template }) {
    if (isLogTarget(resource, template)) return;
    for (const events of resource.values(EVENTS)) {
      if (events.isAbsent) yield { at: events, message: 'The bucket sends no events' };
      else
        for (const enabled of events.values('EventBridgeEnabled'))
          if (enabled.is('false')) yield { at: enabled, message: 'The bucket sends no events' };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Data:
          Type: AWS::S3::Bucket
          Properties:
            NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } }
            LoggingConfiguration: { DestinationBucketName: !Ref Logs }
        Logs: { Type: AWS::S3::Bucket }
        Trail: { Type: AWS::S3::Bucket }
        TrailPolicy:
          Type: AWS::S3::BucketPolicy
          Properties:
            Bucket: !Ref Trail
            PolicyDocument:
              Statement:
                - { Effect: Allow, Principal: { Service: cloudtrail.amazonaws.com }, Action: 's3:PutObject', Resource: '*' }
      `,
    ],
    bad: [
      `
      Resources:
        Data: # finding
          Type: AWS::S3::Bucket
        Other:
          Type: AWS::S3::Bucket
          Properties:
            NotificationConfiguration:
              EventBridgeConfiguration:
                EventBridgeEnabled: false # finding
      `,
    ],
  },
});
