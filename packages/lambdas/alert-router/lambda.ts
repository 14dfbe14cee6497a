import { defineLambda } from '@bitclouded/kit';

export default defineLambda({
  name: 'alert-router',
  summary: 'Posts each alarm and message of an SNS topic to a chat webhook, once for each message id',
  trigger: 'SNS topics that invoke it for each message',
  memoryMb: 256,
  // Three requests of ten seconds with waits between them, the secret and the table.
  timeoutSeconds: 60,
  environment: {
    WEBHOOK_SECRET_ARN: 'ARN of the Secrets Manager secret whose plain text is the https URL of the webhook',
    FORMAT: 'What the webhook takes: slack, teams or generic',
    TABLE_NAME: 'Name of the DynamoDB table that remembers delivered messages',
  },
  grants: {
    secret: {
      actions: ['secretsmanager:GetSecretValue'],
      why: 'Reads the URL of the webhook',
    },
    table: {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      why: 'Claims a message before it is delivered, and marks it or gives it back afterwards',
    },
    key: {
      actions: ['kms:Decrypt'],
      why: 'The secret and the table are read with the rights of their reader where a customer key encrypts them',
    },
  },
});
