import fc from 'fast-check';
import type { PendingChange } from '../version/read-changesets.ts';
import { addEntry } from './changelog-entry.ts';

const change = (bump: PendingChange['bump'], summary: string, id = summary): PendingChange => ({ id, bump, summary });

test('an entry tells what breaks first', () => {
  const changes = [
    change('patch', 'Quicker'),
    change('major', 'No more classic'),
    change('minor', 'A VPC\n\nWith flow logs.'),
  ];
  expect(addEntry('', { version: '2.0.0', changes })).toBe(`# Changelog

## 2.0.0

### What breaks

- No more classic

### What is new

- A VPC

  With flow logs.

### What is better

- Quicker
`);
});

test('the newest version stands on top, below what the file begins with', () => {
  const before = '# Changelog\n\nWhat changed.\n\n## 1.0.0\n\n### What is new\n\n- All\n';
  const after = addEntry(before, { version: '1.1.0', changes: [change('minor', 'More')] });
  expect(after).toBe(
    '# Changelog\n\nWhat changed.\n\n## 1.1.0\n\n### What is new\n\n- More\n\n## 1.0.0\n\n### What is new\n\n- All\n',
  );
});

test('written twice it stands there once, whatever the changes say', () => {
  const changes = fc.array(
    fc.record({
      id: fc.string(),
      bump: fc.constantFrom('major' as const, 'minor' as const, 'patch' as const),
      summary: fc.string({ unit: fc.constantFrom('a', '#', ' ', '\n', '-') }),
    }),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(changes, changes, (first, second) => {
      const once = addEntry(addEntry('', { version: '1.0.0', changes: first }), { version: '1.1.0', changes: second });
      expect(addEntry(once, { version: '1.1.0', changes: second })).toBe(once);
      expect(once.match(/^## .*$/gm)).toEqual(['## 1.1.0', '## 1.0.0']);
    }),
  );
});
