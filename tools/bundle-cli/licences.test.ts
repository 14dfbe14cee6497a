import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BundleError } from './bundle-error.ts';
import { thirdPartyLicences } from './licences.ts';

let repository: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'licences-'));
});
afterEach(() => rmSync(repository, { recursive: true }));

function install(folder: string, name: string, files: Readonly<Record<string, string>>): void {
  const own = { 'package.json': JSON.stringify({ name, version: '1.2.3', license: 'MIT' }), ...files };
  for (const [file, text] of Object.entries(own)) {
    const path = join(repository, folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

describe('the licences of what is bundled', () => {
  it('are those of each package once, with every text, whatever the order of the files', () => {
    install('node_modules/b', 'b', { LICENSE: 'Text of b\r\n', 'NOTICE.txt': 'Notice of b' });
    install('node_modules/@a/a', '@a/a', { 'licence.md': 'Text of a' });
    install('node_modules/b/node_modules/c', 'c', { COPYING: 'Text of c', 'licenses.js': 'no licence' });
    install('node_modules/unused', 'unused', { LICENSE: 'unused' });
    const inputs = [
      'packages/own/file.ts',
      'node_modules/b/index.js',
      'node_modules/b/node_modules/c/index.js',
      'node_modules/@a/a/lib/index.js',
      'node_modules/b/other.js',
    ];
    const text = thirdPartyLicences(repository, inputs);
    const rule = '-'.repeat(80);
    expect(text.split(`\n\n${rule}\n\n`)).toEqual([
      '@a/a 1.2.3 (MIT)\n\nText of a',
      'b 1.2.3 (MIT)\n\nText of b\n\nNotice of b',
      'c 1.2.3 (MIT)\n\nText of c\n',
    ]);
    expect(thirdPartyLicences(repository, inputs.toReversed())).toBe(text);
  });

  it('are asked of every package that has none, at once', () => {
    install('node_modules/a', 'a', {});
    install('node_modules/b', 'b', { README: 'MIT' });
    const act = () => thirdPartyLicences(repository, ['node_modules/a/x.js', 'node_modules/b/x.js']);
    expect(act).toThrow(BundleError);
    expect(act).toThrow(/a@1\.2\.3: licence-missing[\s\S]*b@1\.2\.3: licence-missing/);
  });
});
