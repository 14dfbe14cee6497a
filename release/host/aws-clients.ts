import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

/** What every client takes alike. */
interface Settings {
  readonly region: string;
  readonly retryMode: string;
  readonly maxAttempts: number;
}

type Make<Client> = (region: string) => Client;

/** Clients by region, with the credentials and endpoints of the environment; each is made once. */
export interface AwsClients {
  readonly cloudFormation: Make<CloudFormationClient>;
  readonly cloudFront: Make<CloudFrontClient>;
  readonly ec2: Make<EC2Client>;
  readonly iam: Make<IAMClient>;
  readonly s3: Make<S3Client>;
  readonly s3Control: Make<S3ControlClient>;
  readonly serviceQuotas: Make<ServiceQuotasClient>;
  readonly ssm: Make<SSMClient>;
  readonly sts: Make<STSClient>;
  /** Closes the connections of all of them. */
  destroy(): void;
}

/** Throttled calls are slowed down and tried again, this often. */
const MAX_ATTEMPTS = 6;

export function openAwsClients(): AwsClients {
  const made: { destroy(): void }[] = [];
  const once = <Client extends { destroy(): void }>(make: new (settings: Settings) => Client): Make<Client> => {
    const byRegion = new Map<string, Client>();
    return (region) => {
      const known = byRegion.get(region);
      if (known !== undefined) return known;
      const client = new make({ region, retryMode: 'adaptive', maxAttempts: MAX_ATTEMPTS });
      byRegion.set(region, client);
      made.push(client);
      return client;
    };
  };
  return {
    cloudFormation: once(CloudFormationClient),
    cloudFront: once(CloudFrontClient),
    ec2: once(EC2Client),
    iam: once(IAMClient),
    s3: once(S3Client),
    s3Control: once(S3ControlClient),
    serviceQuotas: once(ServiceQuotasClient),
    ssm: once(SSMClient),
    sts: once(STSClient),
    destroy() {
      for (const client of made) client.destroy();
    },
  };
}
