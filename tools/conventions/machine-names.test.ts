import { machineNames } from './machine-names.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const check = (path: string, text: string) => describeViolations(machineNames([{ path, text }]));
const lock = (resolved: string) => JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0', resolved } } });

describe('the repository names no machine and no private registry', () => {
  it('in the repository', () => {
    expect(describeViolations(machineNames(repositoryFiles()))).toEqual([]);
  });

  it.each([
    "const path = '/home/ada/bitclouded';",
    '// see /root/notes.md',
    'cd /Users/ada/src',
    '[notes](/work/notes.md)',
    'path: /mnt/data',
    'C:\\Users\\ada',
  ])('refuses %s', (text) => {
    expect(check('docs/a.md', text)).toEqual([
      expect.stringMatching(/^docs\/a\.md:1: .+ — name it from the repository's root/),
    ]);
  });

  it.each([
    'http://mirror.example.org/npm/a-1.0.0.tgz',
    'https://10.0.0.1:8081/a.tgz',
    'git+ssh://git@github.com/a/b.git#c',
  ])('refuses %s in the lockfile', (address) =>
    expect(check('package-lock.json', lock(address))).toEqual([expect.stringContaining(`${address} — leave it out`)]),
  );

  it.each(['.npmrc', 'tools/e2e/requirements.txt'])('refuses a mirror in %s', (path) => {
    expect(check(path, 'registry=https://mirror.example.org/npm/\n')).toHaveLength(1);
  });

  it.each([
    ['docs/a.md', 'dist/home/x, $HOME/x, ~/work/x, https://example.com/home/x, ./root/x, /tmp/x, network/work/x'],
    ['packages/images/a/Dockerfile', 'WORKDIR /home/app'],
    ['package-lock.json', lock('https://registry.npmjs.org/a/-/a-1.0.0.tgz')],
    ['package-lock.json', lock('packages/kit')],
  ])('takes %s with %s', (path, text) => expect(check(path, text)).toEqual([]));
});
