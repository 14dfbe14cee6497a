import { join } from 'node:path';
import { checkTemplate } from './check-template.ts';
import type { Finding } from './finding.ts';
import { loadStandards, standardNames } from './load-standards.ts';
import { plainOf } from './reading/node.ts';
import { readSource } from './reading/read-source.ts';
import type { Standard } from './standard.ts';

const FOLDER = join(__dirname, 'rules');
const TODAY = '2026-12-01';
const names = standardNames(FOLDER);
const MARK = /# finding\s*$/;

function findingsOf(standard: Standard, text: string): Finding[] {
  const chosen = [{ standard, severity: standard.severity }];
  const { findings } = checkTemplate(Buffer.from(text), 'example.yaml', {
    standards: chosen,
    known: new Set(names),
    today: TODAY,
  });
  return [...findings];
}

/** The lines on which an example says that something is wrong, from 1; a line that says it twice stands twice. */
function markedLines(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (MARK.test(line) ? [index + 1] : []));
}

function asJson(text: string): string {
  return JSON.stringify(plainOf(readSource(Buffer.from(text), 'example.yaml').root), null, 2);
}

const rows: { standard: Standard; found: number }[] = [];
afterAll(() => {
  const table = rows
    .sort((one, other) => one.standard.number - other.standard.number)
    .map(({ standard: { number, name, audience, severity, examples }, found }) =>
      [
        String(number).padStart(3),
        name.padEnd(32),
        audience.padEnd(9),
        severity.padEnd(8),
        `${examples.good.length} kept, ${found} planted faults found`,
      ].join(' '),
    );
  process.stdout.write(`\n${table.join('\n')}\n`);
});

describe.each(names)('%s', (name) => {
  let standard: Standard;
  beforeAll(async () => {
    [standard] = (await loadStandards([name])) as [Standard];
  });

  it('finds nothing in its good examples, in YAML and in JSON', () => {
    expect(standard.examples.good.length).toBeGreaterThan(0);
    for (const example of standard.examples.good)
      for (const text of [example, asJson(example)]) expect(findingsOf(standard, text)).toEqual([]);
  });

  it('finds each planted fault on its line, and no other', () => {
    expect(standard.examples.bad.length).toBeGreaterThan(0);
    let found = 0;
    for (const example of standard.examples.bad) {
      const findings = findingsOf(standard, example);
      expect(findings.map(({ line }) => line)).toEqual(markedLines(example));
      expect(findings.length).toBeGreaterThan(0);
      expect(
        findingsOf(standard, asJson(example))
          .map(({ message }) => message)
          .sort(),
      ).toEqual(findings.map(({ message }) => message).sort());
      found += findings.length;
    }
    rows.push({ standard, found });
  });

  it('says what, why and how to mend it, in sentences', () => {
    expect(standard.number).toBeGreaterThan(0);
    for (const said of [standard.title, standard.why, standard.remedy, standard.source, standard.peers])
      expect(said).toMatch(/^\S.{2,}[^.\s]\.?$/);
    expect(standard.title).not.toMatch(/\.$/);
    expect(standard.remedy).not.toMatch(/\.$/);
    expect(standard.why).toMatch(/\.$/);
  });
});
