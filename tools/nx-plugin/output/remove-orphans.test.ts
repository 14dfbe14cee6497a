import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeOrphans } from './remove-orphans.ts';

describe('removeOrphans', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bitclouded-orphans-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (path: string): void => {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), '');
  };
  const files = (): string[] =>
    readdirSync(join(root, 'dist'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort();

  it('removes what was built from units that are gone, and nothing else', () => {
    write('packages/templates/networking/vpc/template.ts');
    write('packages/lambdas/keeper/lambda.ts');
    for (const path of [
      'dist/templates/networking/vpc/template.yaml',
      'dist/templates/networking/gone/template.yaml',
      'dist/lambdas/keeper/function.zip',
      'dist/lambdas/gone/function.zip',
      'dist/images/gone/interface.json',
      'dist/host/index.json',
      'dist/release/local/plan.json',
    ])
      write(path);
    removeOrphans(root);
    expect(files()).toEqual([
      'dist/host/index.json',
      'dist/lambdas/keeper/function.zip',
      'dist/release/local/plan.json',
      'dist/templates/networking/vpc/template.yaml',
    ]);
  });

  it('is content where nothing was built', () => {
    expect(() => removeOrphans(root)).not.toThrow();
  });
});
