import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../pack/read-bundle.ts';
import { contentsOf, inFolder } from '../testing/in-folder.ts';
import { SMALL, testHost, writeBundle } from '../testing/write-bundle.ts';

const PUBLISHER = join(__dirname, '../testing/publisher-program.ts');

interface Answer {
  readonly created?: number;
  readonly code?: string;
  readonly message?: string;
}

/** Processes that live through all of the rounds. */
async function withPublishers(count: number, work: (publishers: readonly ChildProcess[]) => Promise<void>) {
  const publishers = Array.from({ length: count }, () =>
    fork(PUBLISHER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  try {
    await Promise.all(publishers.map((publisher) => once(publisher, 'message')));
    await work(publishers);
  } finally {
    for (const publisher of publishers) publisher.kill();
  }
}

/** All begin in the same moment, each with its bundle. */
function race(publishers: readonly ChildProcess[], folder: string, bundles: readonly Bundle[]): Promise<Answer[]> {
  const at = Date.now() + 15;
  return Promise.all(
    publishers.map(async (publisher, i) => {
      const answer = once(publisher, 'message');
      publisher.send({ folder, bundle: bundles[i]!.folder, at });
      return (await answer)[0] as Answer;
    }),
  );
}

/** What a host holds that one bundle alone was published to. */
async function hostOf(bundle: Bundle): Promise<Record<string, string>> {
  const claim = { schema: 'bitclouded.claim/1', version: bundle.version, manifestSha256: bundle.manifestSha256 };
  const contents = { ...(await contentsOf(bundle.folder)), 'v1.0.0/claim.json': `${JSON.stringify(claim, null, 2)}\n` };
  return Object.fromEntries(Object.entries(contents).sort(([a], [b]) => (a < b ? -1 : 1)));
}

it('lets exactly one of two bundles have a version, 100 times', () =>
  inFolder(async (root) => {
    const host = testHost();
    const bundles = [
      await writeBundle(join(root, 'one'), host, { version: '1.0.0', ...SMALL }),
      await writeBundle(join(root, 'two'), host, { version: '1.0.0', ...SMALL, lambdas: { 'log-governor': 'other' } }),
    ];
    const hosts = await Promise.all(bundles.map(hostOf));
    const wins = [0, 0];
    await withPublishers(2, async (publishers) => {
      for (let round = 0; round < 100; round++) {
        const folder = join(root, `host-${round}`);
        // By turns, lest the process that is the quicker one decide all of them.
        const first = round % 2;
        const answers = await race(publishers, folder, [bundles[first]!, bundles[1 - first]!]);
        if (first === 1) answers.reverse();
        const winner = answers.findIndex((answer) => answer.created !== undefined);
        const loser = answers[1 - winner]!;
        expect(answers[winner]?.created).toBe(bundles[0]!.files.length + 1);
        expect(loser.code).toBe('version-claimed');
        for (const bundle of bundles) expect(loser.message).toContain(bundle.manifestSha256);
        // The winner's objects and nothing else: the loser wrote nothing.
        expect(await contentsOf(folder)).toEqual(hosts[winner]);
        expect(await readdir(join(folder, '.incoming'))).toEqual(['.writers']);
        wins[winner]!++;
      }
    });
    console.log(`100 races: ${wins[0]} won by one bundle, ${wins[1]} by the other`);
    expect(Math.min(...wins)).toBeGreaterThan(0);
  }));

it('lets eight publishers of one bundle succeed together', () =>
  inFolder(async (root) => {
    const bundle = await writeBundle(join(root, 'bundle'), testHost(), { version: '1.0.0', ...SMALL });
    const wanted = await hostOf(bundle);
    await withPublishers(8, async (publishers) => {
      for (let round = 0; round < 10; round++) {
        const folder = join(root, `host-${round}`);
        const answers = await race(publishers, folder, Array(8).fill(bundle));
        expect(answers.map((answer) => answer.message)).toEqual(Array(8).fill(undefined));
        // Each object was created by one of them alone.
        expect(answers.reduce((sum, answer) => sum + answer.created!, 0)).toBe(Object.keys(wanted).length);
        expect(await contentsOf(folder)).toEqual(wanted);
      }
    });
  }));
