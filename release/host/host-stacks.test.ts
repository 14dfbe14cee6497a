import { hostStacks } from './host-stacks.ts';
import { twoRegionHost } from './testing/host-fixtures.ts';

const namesOf = (...args: Parameters<typeof hostStacks>): string[][] =>
  hostStacks(...args).map((wave) => wave.map(({ name, region }) => `${region} ${name}`));

it('makes the home first, then every other region at once', () => {
  const host = twoRegionHost({ homeRegion: 'eu-west-1', regions: ['us-east-1', 'eu-west-1', 'eu-north-1'] });
  expect(namesOf(host)).toEqual([
    ['eu-west-1 bitclouded-artifact-host'],
    ['us-east-1 bitclouded-artifact-region', 'eu-north-1 bitclouded-artifact-region'],
  ]);
});

it('gives workflows roles only where their repository is named', () => {
  const named = twoRegionHost({ regions: ['us-east-1'], stacks: { 'github-oidc': { Repository: 'example/fork' } } });
  expect(namesOf(named)).toEqual([['us-east-1 bitclouded-artifact-host'], ['us-east-1 bitclouded-github-oidc']]);
  expect(namesOf({ ...named, stacks: { 'github-oidc': { GitRef: 'x' } } })).toHaveLength(1);
});
