import { describeSettings, settingsToWrite } from './settings-to-write.ts';
import { twoRegionHost } from './testing/host-fixtures.ts';

const OUTPUTS = {
  ArtifactBucket: 'bucket',
  CdnDomainName: 'd111111abcdef8.cloudfront.net',
  DistributionId: 'E2QWRUHEXAMPLE',
  RegistryUri: 'public.ecr.aws/example',
  PublishRoleArn: 'arn:aws:iam::123456789012:role/publish',
  GcRoleArn: 'arn:aws:iam::123456789012:role/gc',
};
const CDN = { domain: OUTPUTS.CdnDomainName, distributionId: OUTPUTS.DistributionId };

it('says what the configuration lacks, and the variables of the workflows', () => {
  const host = twoRegionHost({ registry: 'public.ecr.aws/other' });
  const settings = settingsToWrite(host, OUTPUTS);
  expect(settings).toEqual({
    config: { cdn: CDN, registry: 'public.ecr.aws/example' },
    variables: { PUBLISH_ROLE_ARN: OUTPUTS.PublishRoleArn, GC_ROLE_ARN: OUTPUTS.GcRoleArn },
  });
  expect(describeSettings(host, settings)).toEqual([
    '',
    'Write into bitclouded.config.ts, host production:',
    "  cdn: { domain: 'd111111abcdef8.cloudfront.net', distributionId: 'E2QWRUHEXAMPLE' },",
    "  registry: 'public.ecr.aws/example',",
    '',
    'Variables of the repository, for its workflows:',
    '  PUBLISH_ROLE_ARN=arn:aws:iam::123456789012:role/publish',
    '  GC_ROLE_ARN=arn:aws:iam::123456789012:role/gc',
  ]);
});

it('says nothing where all is written', () => {
  const host = twoRegionHost({ cdn: CDN });
  const { PublishRoleArn: _, GcRoleArn: __, ...outputs } = OUTPUTS;
  const settings = settingsToWrite(host, outputs);
  expect(settings).toEqual({ config: {}, variables: {} });
  expect(describeSettings(host, settings)).toEqual([]);
});

it("prefers the host's own domain to the CDN's", () => {
  const host = twoRegionHost({ stacks: { 'artifact-host': { Domain: 'artifacts.example.com' } } });
  expect(settingsToWrite(host, OUTPUTS).config).toEqual({ cdn: { ...CDN, domain: 'artifacts.example.com' } });
});

it('says that a CDN is gone', () => {
  const host = twoRegionHost({ cdn: CDN });
  const settings = settingsToWrite(host, { CdnDomainName: '', DistributionId: '' });
  expect(describeSettings(host, settings)).toContain('  cdn: take it out, there is none');
});
