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
const MARK = /# finding(?:: (.+?))?\s*$/;
/** A sentence without a full stop; it may begin with a piece of a template. Nothing in it is missing. */
const SENTENCE = /^(?!.*\bundefined\b)[^\s,;:.].*[^\s.]$/;

function findingsOf(standard: Standard, text: string): Finding[] {
  const chosen = [{ standard, severity: standard.severity }];
  const { findings } = checkTemplate(Buffer.from(text), 'example.yaml', {
    standards: chosen,
    known: new Set(names),
    today: TODAY,
  });
  return [...findings];
}

/** What an example says is wrong: the line, from 1, and words that the message must have. */
function marksIn(text: string): { line: number; words: string }[] {
  return text.split('\n').flatMap((line, index) => {
    const mark = MARK.exec(line);
    return mark ? [{ line: index + 1, words: mark[1] ?? '' }] : [];
  });
}

function asJson(text: string): string {
  return JSON.stringify(plainOf(readSource(Buffer.from(text), 'example.yaml').root), null, 2);
}

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
    for (const example of standard.examples.bad) {
      const findings = findingsOf(standard, example);
      const marks = marksIn(example);
      expect(marks.length).toBeGreaterThan(0);
      expect(findings.map(({ line }) => line)).toEqual(marks.map(({ line }) => line));
      for (const [index, { words }] of marks.entries()) expect(findings[index]!.message).toContain(words);
      for (const { message } of findings) expect(message).toMatch(SENTENCE);
      expect(
        findingsOf(standard, asJson(example))
          .map(({ message }) => message)
          .sort(),
      ).toEqual(findings.map(({ message }) => message).sort());
    }
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
