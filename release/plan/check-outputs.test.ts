import { readDist } from '../read-dist.ts';
import { LOCAL } from '../testing/hosts.ts';
import { failureOf, inFolder } from '../testing/in-folder.ts';
import { NOTHING_RELEASED, releasedAs } from '../testing/plan-dist.ts';
import { type FixtureUnit, writeDist } from '../testing/write-dist.ts';
import { makePlan } from './make-plan.ts';

const giving = (name: string, ...outputs: string[]): FixtureUnit => ({
  kind: 'template',
  name,
  text: `Description: ${name}\nResources: {}\n`,
  face: { outputs: outputs.map((output) => ({ name: output, kind: 'text', description: 'A text' })) },
});

async function planOf(folder: string, units: readonly FixtureUnit[]): Promise<unknown> {
  await writeDist(folder, units);
  return makePlan({
    dist: await readDist(folder),
    host: LOCAL,
    locks: new Map(),
    source: releasedAs('1.0.0'),
    destination: NOTHING_RELEASED,
    signal: new AbortController().signal,
  });
}

test('a catalogue in which two templates give one output is refused, with every such name', () =>
  inFolder(async (folder) => {
    const units = [giving('a/one', 'Key', 'Own'), giving('a/two', 'Key', 'Port'), giving('b/three', 'Port')];
    const { faults } = await failureOf(planOf(folder, units));
    expect(faults.map(({ code, where, received }) => `${code} ${where}: ${received}`)).toEqual([
      'output-not-unique output Key: outputs of a/one and a/two',
      'output-not-unique output Port: outputs of a/two and b/three',
    ]);
  }));

test('outputs of different names are fine', () =>
  inFolder(async (folder) => {
    await expect(planOf(folder, [giving('a/one', 'Key'), giving('a/two', 'Port')])).resolves.toBeDefined();
  }));
