import { defineCustomResource } from '@bitclouded/kit';
import type { Properties } from './properties.ts';

export default defineCustomResource<Properties>()({
  name: 'db-bootstrap',
  summary: 'Makes a database and its user for an application, on a PostgreSQL or MySQL server',
  trigger: 'CloudFormation: a custom resource for each application, answered from inside the VPC',
  memoryMb: 256,
  // Two secrets, two connections and a dozen statements; the rest is patience with a server that is busy.
  timeoutSeconds: 120,
  environment: {
    DATABASE_CA_FILE:
      'Path of the PEM file with the authorities that database servers are trusted by; of the runtime: /var/runtime/ca-cert.pem',
  },
  grants: {
    read: {
      actions: ['secretsmanager:GetSecretValue'],
      why: 'Reads the administrator’s secret and the application’s',
    },
    decrypt: {
      actions: ['kms:Decrypt'],
      why: 'Opens the secrets where a key of ours encrypts them',
    },
  },
});
