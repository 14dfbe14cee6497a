import { CloudFormationClient } from '@aws-sdk/client-cloudformation';

/** Throttled calls are slowed down and tried again, this often. */
const MAX_ATTEMPTS = 8;

/** CloudFormation in a region, with the credentials and endpoints of the environment. The caller destroys it. */
export function openCloudFormation(region: string): CloudFormationClient {
  return new CloudFormationClient({ region, retryMode: 'adaptive', maxAttempts: MAX_ATTEMPTS });
}
