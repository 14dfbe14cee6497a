import { promote } from '../promote/promote.ts';
import { publish } from '../publish/publish.ts';
import { contentsOf, failureOf } from '../testing/in-folder.ts';
import { go, ignore, NOW, withHost } from '../testing/released.ts';
import { verify } from '../verify/verify.ts';
import { dryRunOf } from './dry-run.ts';
import { hostObject } from './host-object.ts';

it('runs all the stages, names what they would write, and writes nothing', () =>
  withHost(async ({ folder, host, destination, bundle: make, release }) => {
    await release('1.0.0');
    const before = await contentsOf(folder);
    const bundle = await make('1.1.0', { templates: { 'networking/vpc': 'new' } });
    const { version, manifestSha256 } = bundle;
    const dry = dryRunOf(destination);
    await publish({ bundle, host, destination: dry }, go, ignore);
    const packed = { version, manifestSha256 };
    const { report } = await verify({ host, reader: dry, seen: undefined, version, packed }, NOW, go, ignore);
    expect(report).toMatchObject({ faults: [], releases: [packed] });
    const promoted = await promote({ host, destination: dry, version, manifestSha256, report }, () => NOW, go, ignore);
    expect(promoted).toMatchObject({ serial: 2, channels: { latest: '1.1.0', v1: '1.1.0', 'v1.0': '1.0.0' } });
    const keys = dry.wouldWrite.map(({ key }) => key);
    expect(keys).toEqual(
      expect.arrayContaining(['v1.1.0/claim.json', 'index.json', 'latest/alias.json', 'v1.1/alias.json']),
    );
    expect(keys).not.toContain('v1.0/alias.json');
    expect(await contentsOf(folder)).toEqual(before);
  }));

it('refuses what the host would refuse', () =>
  withHost(async ({ destination }) => {
    const object = (text: string) => hostObject('v1.0.0/claim.json', Buffer.from(text));
    await destination.create('eu-west-1', object('one'), go);
    const dry = dryRunOf(destination);
    expect(await dry.create('eu-west-1', object('one'), go)).toBe('same');
    expect((await failureOf(dry.create('eu-west-1', object('two'), go))).code).toBe('object-differs');
    expect(await dry.swap('eu-west-1', object('two'), undefined, go)).toBe('moved');
    expect(dry.wouldWrite).toEqual([]);
  }));
