import { join } from 'node:path';
import { checkTemplate } from './check-template.ts';
import type { Finding } from './finding.ts';
import { loadStandards, standardNames } from './load-standards.ts';
import type { Standard } from './standard.ts';
import { faultsIn, type PlantedFault, readFaults } from './testing/faults.ts';
import { rows } from './testing/rows.ts';

const names = standardNames(join(__dirname, 'rules'));
const faults = readFaults(join(__dirname, 'testing/planted'));
let standards: Standard[];
beforeAll(async () => {
  standards = await loadStandards(names);
});

/** What all standards find in a template. */
function findingsOf(text: string, file: string): readonly Finding[] {
  const { findings } = checkTemplate(Buffer.from(text), file, {
    standards: standards.map((standard) => ({ standard, severity: standard.severity })),
    known: new Set(names),
    today: '2026-12-01',
  });
  return findings;
}

function namesOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ standard }) => standard))].sort();
}

/** One line of the table. */
interface Row {
  readonly number: number;
  readonly name: string;
  rules: number;
  found: number;
  mended: number;
  planted: number;
}
const table: Row[] = [...rows].map(([number, name]) => ({ number, name, rules: 0, found: 0, mended: 0, planted: 0 }));

afterAll(() => {
  const lines = table.map(({ number, name, rules, found, mended, planted }) =>
    [
      String(number).padStart(3),
      name.padEnd(49),
      String(rules).padStart(5),
      `${found} of ${planted}`.padStart(13),
      `${mended} of ${planted}`.padStart(13),
    ].join(' '),
  );
  const head = `row ${'standard'.padEnd(49)} rules  faults found  mended passes`;
  process.stdout.write(`\n${[head, ...lines].join('\n')}\n`);
});

describe.each(table)('row $number, $name', (row) => {
  it('is kept by rules that find each fault planted in an otherwise good template, and nothing once it is mended', () => {
    const own = standards.filter(({ number }) => number === row.number);
    row.rules = own.length;
    expect(own.length).toBeGreaterThan(0);
    for (const { name } of own) {
      const planted = faults.filter(({ standard }) => standard === name);
      row.planted += planted.length;
      // A rule without a planted fault is one that nothing proves.
      expect({ name, isProved: planted.length > 0 }).toEqual({ name, isProved: true });
      for (const fault of planted) {
        const found = namesOf(findingsOf(fault.planted, fault.file));
        if (found.includes(name)) row.found++;
        const left = findingsOf(fault.mended, fault.file);
        if (left.length === 0) row.mended++;
        expect({ at: placeOf(fault), found, left }).toEqual({
          at: placeOf(fault),
          found: [name, ...fault.also].sort(),
          left: [],
        });
      }
    }
  });
});

it('has 65 rows, and every rule and every planted fault belongs to one', () => {
  expect(table).toHaveLength(65);
  expect(standards.filter(({ number }) => !rows.has(number))).toEqual([]);
  expect(faults.filter(({ standard }) => !names.includes(standard)).map(placeOf)).toEqual([]);
});

it('reads what a template says of its faults', () => {
  const text = 'A:\n  # fault one: b: 2\n  # fault two and three, added: c: 3\n  # fault four, removed\n  b: 1\n';
  expect(faultsIn(text, 'f').map(({ standard, also, line, planted }) => [standard, also, line, bare(planted)])).toEqual(
    [
      ['one', [], 5, 'A:\n  b: 2\n'],
      ['two', ['three'], 5, 'A:\n  c: 3\n  b: 1\n'],
      ['four', [], 5, 'A:\n'],
    ],
  );
  expect(() => faultsIn('# fault one\nb: 1\n', 'f')).toThrow('f:1');
});

function placeOf({ standard, file, line }: PlantedFault): string {
  return `${standard} in ${file}:${line}`;
}

function bare(text: string): string {
  return text.replace(/^ *#.*\n/gm, '').replace(/^\n/m, '');
}
