import { keyOf } from '@bitclouded/documents';
import { LOCAL } from '../testing/hosts.ts';
import { failureOf } from '../testing/in-folder.ts';
import { MemoryHost } from '../testing/memory-host.ts';
import { readPrevious } from './read-previous.ts';

const UNITS = [{ kind: 'template', name: 'networking/vpc', text: 'Resources: {}\n' }] as const;
const { signal } = new AbortController();

async function hostWith(...versions: readonly (readonly [version: string, yanked?: string])[]): Promise<MemoryHost> {
  const host = new MemoryHost(LOCAL);
  for (const [version, yanked] of versions) await host.release(UNITS, version, yanked);
  return host;
}

test('is the greatest promoted version below: no prerelease, none that was yanked', async () => {
  const host = await hostWith(['1.2.0'], ['1.4.0'], ['1.10.0'], ['1.11.0', 'It lost data'], ['1.12.0-rc.0'], ['2.0.0']);
  const below = async (version: string) => (await readPrevious(host, LOCAL, version, signal))?.version;
  expect(await below('2.0.0')).toBe('1.10.0');
  expect(await below('2.0.1-dev.abcdefabcdef')).toBe('2.0.0');
  expect(await below('1.10.0-rc.0')).toBe('1.4.0');
  expect(await below('1.2.0')).toBeUndefined();
});

test('a host without an index has released nothing', async () => {
  expect(await readPrevious(new MemoryHost(LOCAL), LOCAL, '1.0.0', signal)).toBeUndefined();
});

test('refuses a manifest that is missing or another one, and objects likewise', async () => {
  const host = await hostWith(['1.4.0']);
  const previous = await readPrevious(host, LOCAL, '1.5.0', signal);
  const template = keyOf.template('1.4.0', 'networking/vpc');
  const { sha256 } = previous!.manifest.artifacts.find((artifact) => artifact.kind === 'template')! as {
    sha256: string;
  };
  expect((await previous!.read(template, sha256)).toString()).toBe('Resources: {}\n');
  host.objects.set(template, Buffer.from('Resources: {X: {}}\n'));
  expect((await failureOf(previous!.read(template, sha256))).code).toBe('previous-differs');

  host.objects.set(keyOf.manifest('1.4.0'), Buffer.from('{}'));
  expect((await failureOf(readPrevious(host, LOCAL, '1.5.0', signal))).code).toBe('previous-differs');
  host.objects.delete(keyOf.manifest('1.4.0'));
  const failure = await failureOf(readPrevious(host, LOCAL, '1.5.0', signal));
  expect(failure.code).toBe('previous-missing');
  expect(failure.message).toContain('v1.4.0/manifest.json');
});
