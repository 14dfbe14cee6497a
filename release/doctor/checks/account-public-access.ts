import { GetPublicAccessBlockCommand } from '@aws-sdk/client-s3-control';
import { type Check, fails, ok } from '../check.ts';
import { closedBy } from '../closed-by.ts';

/** The account's own Block Public Access comes before every bucket's: with it, nobody anonymous reads the host. */
export const accountPublicAccess: Check = {
  name: 'account-public-access',
  async run({ host, clients, signal }) {
    const where = `account ${host.account}`;
    const client = clients.s3Control(host.homeRegion);
    try {
      const command = new GetPublicAccessBlockCommand({ AccountId: host.account });
      const { PublicAccessBlockConfiguration = {} } = await client.send(command, { abortSignal: signal });
      const closed = closedBy(PublicAccessBlockConfiguration);
      if (closed.length === 0) return [ok(where, 'Block Public Access lets bucket policies be public')];
      return [
        fails(
          where,
          `${closed.join(' and ')} of the account ${closed.length > 1 ? 'are' : 'is'} on`,
          'an account in which a bucket policy may let everybody read: consumers read the host without credentials',
          `use an account of its own for the host, or: aws s3control put-public-access-block --account-id ${host.account} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=false,RestrictPublicBuckets=false (where the organisation sets it, change the organisation's S3 policy)`,
        ),
      ];
    } catch (error) {
      // S3 Control's own word for an account that never set it.
      if ((error as Error).name !== 'NoSuchPublicAccessBlockConfiguration') throw error;
      return [ok(where, 'no Block Public Access')];
    }
  },
};
