import { greatestBump, smallestVersion } from './required-bump.ts';

test('the greatest bump wins, and none is none', () => {
  expect(greatestBump(['patch', 'major', 'minor'])).toBe('major');
  expect(greatestBump([])).toBe('none');
});

test.each([
  ['1.4.2', 'none', '1.4.2'],
  ['1.4.2', 'patch', '1.4.3'],
  ['1.4.2', 'minor', '1.5.0'],
  ['1.4.2', 'major', '2.0.0'],
  ['0.4.2', 'major', '0.5.0'],
  ['0.4.2', 'minor', '0.5.0'],
] as const)('%s and a %s change ask for %s', (from, bump, to) => {
  expect(smallestVersion(from, bump)).toBe(to);
});
