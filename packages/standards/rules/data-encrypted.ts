import { resourceStandard } from '../standard.ts';

/** What each type needs. Log groups and DynamoDB tables are always encrypted by the service, so nothing can be missed. */
const NEEDS = {
  'AWS::Kinesis::Stream': 'StreamEncryption.KeyId',
  'AWS::SNS::Topic': 'KmsMasterKeyId',
  'AWS::SQS::Queue': 'KmsMasterKeyId',
} as const;

export default resourceStandard({
  name: 'data-encrypted',
  number: 6,
  title: 'Queues, topics and streams are encrypted at rest',
  why: 'What lies in a queue or stream is as secret as what it is made from.',
  remedy: 'Give topics KmsMasterKeyId, streams StreamEncryption, and leave SqsManagedSseEnabled of queues on',
  source: 'SQS, SNS and Kinesis Developer Guides, "Encryption at rest"',
  peers: 'cdk-nag SQSQueueSSE, SNSEncryptedKMS and KinesisDataStreamSSE look at one branch alone',
  audience: 'everyone',
  severity: 'warning',
  applies: Object.keys(NEEDS),
  *check({ resource }) {
    for (const key of resource.values(NEEDS[resource.type as keyof typeof NEEDS])) {
      if (!key.isAbsent && !key.is('')) continue;
      // A queue is encrypted by SQS unless it says otherwise.
      if (resource.type !== 'AWS::SQS::Queue') yield { at: key, message: 'Nothing here encrypts it' };
      else
        for (const managed of resource.values('SqsManagedSseEnabled', key.when))
          if (managed.is('false')) yield { at: managed, message: 'Nothing here encrypts the queue' };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Jobs: { Type: AWS::SQS::Queue }
        Events:
          Type: AWS::SNS::Topic
          Properties: { KmsMasterKeyId: !Ref KeyArn }
        Clicks:
          Type: AWS::Kinesis::Stream
          Properties:
            StreamEncryption: { EncryptionType: KMS, KeyId: alias/aws/kinesis }
      Parameters:
        KeyArn: { Type: String }
      `,
    ],
    bad: [
      `
      Resources:
        Jobs:
          Type: AWS::SQS::Queue
          Properties:
            SqsManagedSseEnabled: false # finding
        Events: # finding
          Type: AWS::SNS::Topic
        Clicks: # finding
          Type: AWS::Kinesis::Stream
          Properties: { ShardCount: 1 }
      `,
      `
      Resources:
        Empty:
          Type: AWS::SNS::Topic
          Properties:
            KmsMasterKeyId: '' # finding
      `,
    ],
  },
});
