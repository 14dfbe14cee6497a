import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findWorkspace, hostNamed, loadHosts } from './load-hosts.ts';
import { failureOf, inFolder } from './testing/in-folder.ts';
import { testHost } from './testing/write-bundle.ts';

const { name: _, ...local } = testHost();

it('reads every host with its name', async () => {
  const hosts = await loadHosts('/workspace', async (address) => {
    expect(address).toBe('file:///workspace/bitclouded.config.ts');
    return { default: { hosts: { local } } };
  });
  expect(hosts).toEqual([testHost()]);
  expect(hostNamed(hosts, 'local')).toBe(hosts[0]);
});

it('shows every fault of the configuration at once', async () => {
  const wrong = { ...local, kind: 'folder', account: 12, regions: ['eu-west'], adress: 'x' };
  const error = await failureOf(loadHosts('/workspace', async () => ({ default: { hosts: { local: wrong } } })));
  expect(error.faults.length).toBeGreaterThanOrEqual(3);
  expect(error.message).toContain('hosts.local.account');
  expect(error.message).toContain('hosts.local.regions.0');
  expect(error.message).toContain('adress');
});

it.each<[string, () => Promise<never>, string]>([
  ['throws', () => Promise.reject(new Error('no such plan')), 'no such plan'],
  ['throws something that is no error', () => Promise.reject('nonsense'), 'nonsense'],
  ['does not parse', () => Promise.reject(new SyntaxError('Unexpected token')), 'Unexpected token'],
])('names the file when it %s', async (_, load, text) => {
  const error = await failureOf(loadHosts('/workspace', load));
  expect(error.code).toBe('config-unreadable');
  expect(error.message).toContain('/workspace/bitclouded.config.ts');
  expect(error.message).toContain(text);
});

it('says what is wrong when there is no default export', async () => {
  expect((await failureOf(loadHosts('/workspace', async () => ({})))).code).toBe('config-invalid');
});

it('names the hosts that there are when one is unknown', async () => {
  const error = await failureOf(Promise.resolve().then(() => hostNamed([testHost()], 'production')));
  expect(error.code).toBe('host-unknown');
  expect(error.message).toContain('one of local');
});

it('finds the workspace from any folder in it, and says so where there is none', () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, 'packages/kit'), { recursive: true });
    expect((await failureOf(findWorkspace(join(folder, 'packages')))).code).toBe('config-unreadable');
    await writeFile(join(folder, 'bitclouded.config.ts'), '');
    expect(await findWorkspace(join(folder, 'packages/kit'))).toBe(folder);
  }));
