import { compareSums } from './compare-sums.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const sums = (files: Record<string, string>) =>
  Object.entries(files)
    .map(([path, sha256]) => `${sha256}  ${path}\n`)
    .join('');

describe('compareSums', () => {
  it('finds no difference between equal bundles', () => {
    const text = sums({ 'v1.4.0/manifest.json': a, 'lambdas/x/y.zip': b });
    expect(compareSums(text, text)).toEqual([]);
  });

  it('names each file that differs, or stands in one bundle alone', () => {
    const first = sums({ 'v1.4.0/manifest.json': a, 'v1.4.0/templates/a/b.yaml': a, 'v1.4.0/same': a });
    const second = sums({ 'v1.4.0/manifest.json': b, 'lambdas/x/y.zip': b, 'v1.4.0/same': a });
    expect(compareSums(first, second)).toEqual([
      { path: 'lambdas/x/y.zip', first: 'not there', second: b },
      { path: 'v1.4.0/manifest.json', first: a, second: b },
      { path: 'v1.4.0/templates/a/b.yaml', first: a, second: 'not there' },
    ]);
  });
});
