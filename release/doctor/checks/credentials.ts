import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { partitionOf } from '@bitclouded/documents';
import { type Check, fails, ok, warning } from '../check.ts';

/** A release of many regions takes less. */
const SHORT_MINUTES = 15;

/** Who is signed in, to which account, and for how long. */
export const credentials: Check = {
  name: 'credentials',
  async run({ host, clients, now, signal }) {
    const client = clients.sts(host.homeRegion);
    const { Account, Arn = '' } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    if (Account !== host.account)
      return [
        fails(
          'credentials',
          `${Arn} of account ${Account}`,
          `somebody of account ${host.account}`,
          'sign in to that account (AWS_PROFILE, aws sso login), or correct the account in bitclouded.config.ts',
        ),
      ];
    const partition = Arn.split(':')[1];
    if (partition !== partitionOf(host.homeRegion))
      return [
        fails(
          'credentials',
          `partition ${partition}`,
          `partition ${partitionOf(host.homeRegion)}, which has ${host.homeRegion}`,
          "sign in to the partition of the host's regions",
        ),
      ];
    const { expiration } = await client.config.credentials();
    const minutes = expiration && Math.floor((expiration.getTime() - now().getTime()) / 60_000);
    const until = expiration ? `until ${expiration.toISOString()}` : 'without an end';
    if (minutes !== undefined && minutes < SHORT_MINUTES)
      return [
        warning('credentials', `${Arn}, ${until}`, `at least ${SHORT_MINUTES} minutes more`, 'sign in again first'),
      ];
    if (Arn.endsWith(':root'))
      return [
        warning('credentials', Arn, 'a role', 'sign in with a role: nothing limits what the root user does by mistake'),
      ];
    return [ok('credentials', `${Arn}, ${until}`)];
  },
};
