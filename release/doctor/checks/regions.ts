import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Check, fails, ok } from '../check.ts';

/** Whether each region of the host is enabled for the account, and answers. */
export const regions: Check = {
  name: 'regions',
  async run({ host, clients, signal }) {
    const { Regions = [] } = await clients
      .ec2(host.homeRegion)
      .send(new DescribeRegionsCommand({ AllRegions: true }), { abortSignal: signal });
    const states = new Map(Regions.map(({ RegionName, OptInStatus }) => [RegionName, OptInStatus]));
    return Promise.all(
      host.regions.map(async (region) => {
        const state = states.get(region);
        if (state === undefined)
          return fails(
            region,
            'no region of this partition',
            `one of ${[...states.keys()].sort().join(', ')}`,
            "correct the host's regions in bitclouded.config.ts",
          );
        if (state === 'not-opted-in')
          return fails(
            region,
            state,
            'a region that is enabled for the account',
            `aws account enable-region --region-name ${region} (it takes minutes to hours), or take it out of the host`,
          );
        await clients.sts(region).send(new GetCallerIdentityCommand({}), { abortSignal: signal });
        return ok(region, `${state}, it answers`);
      }),
    );
  },
};
