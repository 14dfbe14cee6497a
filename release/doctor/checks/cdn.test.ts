import {
  CloudFrontClient,
  GetDistributionCommand,
  type GetDistributionCommandOutput,
} from '@aws-sdk/client-cloudfront';
import { mockClient } from 'aws-sdk-client-mock';
import { twoRegionHost } from '../../host/testing/host-fixtures.ts';
import type { DoctorContext } from '../check.ts';
import { cdn } from './cdn.ts';

const CDN = { domain: 'artifacts.example.com', distributionId: 'E2QWRUHEXAMPLE' };

/** Distributions that are under way, disabled or named otherwise, which the stand-in has not. */
function context(
  distribution: object,
  answer: () => Promise<Response>,
  host = twoRegionHost({ cdn: CDN }),
): DoctorContext {
  const client = new CloudFrontClient({ region: 'us-east-1' });
  mockClient(client)
    .on(GetDistributionCommand)
    .resolves({ Distribution: distribution } as unknown as GetDistributionCommandOutput);
  const signal = new AbortController().signal;
  return { host, clients: { cloudFront: () => client }, fetch: answer, signal } as unknown as DoctorContext;
}

const GOOD = {
  Status: 'Deployed',
  DomainName: 'd111111abcdef8.cloudfront.net',
  DistributionConfig: { Enabled: true, Aliases: { Items: ['artifacts.example.com'] } },
};
const says = (status: number) => async (): Promise<Response> => new Response(null, { status });
const gradesOf = async (given: DoctorContext): Promise<string[]> => (await cdn.run(given)).map(({ grade }) => grade);

it.each([
  ['a good one', GOOD, says(200), ['ok', 'ok']],
  ['one that is being changed', { ...GOOD, Status: 'InProgress' }, says(200), ['warning', 'ok']],
  ['an empty host', GOOD, says(403), ['ok', 'warning']],
  ['a broken origin', GOOD, says(502), ['ok', 'fails']],
  ['a name that leads nowhere', GOOD, () => Promise.reject(new TypeError('fetch failed')), ['ok', 'fails']],
  ['a disabled one', { ...GOOD, DistributionConfig: { Enabled: false } }, says(200), ['fails']],
  ['one of another name', { ...GOOD, DistributionConfig: { Enabled: true } }, says(200), ['fails']],
])('judges %s', async (_, distribution, answer, grades) => {
  expect(await gradesOf(context(distribution, answer))).toEqual(grades);
});

it('wants one where the partition has it', async () => {
  expect(await gradesOf(context({}, says(200), twoRegionHost()))).toEqual(['warning']);
  const china = twoRegionHost({ homeRegion: 'cn-north-1', regions: ['cn-north-1'] });
  expect(await gradesOf(context({}, says(200), china))).toEqual(['ok']);
});
