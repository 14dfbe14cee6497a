import type { StandardFacts } from '@bitclouded/standards';
import { sourcesPage } from './sources-page.ts';

const standard = (name: string, number: number, peers: string): StandardFacts => ({
  name,
  number,
  peers,
  title: 'Title',
  why: 'Why.',
  remedy: 'Mend',
  source: 'Source',
  audience: 'everyone',
  severity: 'error',
  examples: { good: [], bad: [] },
});

const page = sourcesPage(
  [
    standard('two', 2, 'none'),
    standard('one', 1, 'a linter follows no If | or so'),
    standard('new', 3, 'none: nobody knows'),
  ],
  {
    faults: { one: 2, two: 1 },
    linters: [
      {
        name: 'linter',
        version: '1.0',
        unread: 2,
        found: [
          { standard: 'one', rules: ['X1'], isMeant: true },
          { standard: 'one', rules: ['W8'], isMeant: false },
        ],
      },
      {
        name: 'other',
        version: '2.0',
        unread: 0,
        found: [
          { standard: 'one', rules: ['Y1'], isMeant: true },
          { standard: 'one', rules: ['Y2'], isMeant: true },
        ],
      },
    ],
  },
);

test('each standard has a row in their order, with the linters that find its faults and why it stands beside them', () => {
  expect(page.split('\n').filter((line) => /^\| \d+ \|/.test(line))).toEqual([
    '| 1 | [one](one.md) | 2 | linter X1 (1 of 2); other Y1, Y2 | linter W8 (1 of 2) | a linter follows no If \\| or so |',
    '| 2 | [two](two.md) | 1 | none |  | no other has it |',
    '| 3 | [new](new.md) | not measured |  |  | none: nobody knows |',
  ]);
});

test('each linter is summed up', () => {
  expect(page).toContain('3 faults of 2 standards');
  expect(page).toContain('| linter 1.0 | 1 of 3 | 1 | 2 |');
  expect(page).toContain('| other 2.0 | 2 of 3 | 0 | 0 |');
});
