import type { StandardFacts } from '../finding.ts';
import { explainText } from './explain.ts';
import { standardPage, standardsIndex } from './pages.ts';
import { plain } from './text.ts';

const facts: StandardFacts = {
  name: 'locked',
  number: 7,
  title: 'A door is locked',
  why: 'Whoever passes may come in.',
  remedy: 'Turn the key',
  source: 'The locksmith, "Doors."',
  peers: 'none',
  audience: 'everyone',
  severity: 'error',
  examples: {
    good: [
      `
      Door:

        Locked: true
      `,
      'Door: none',
    ],
    bad: ['Door: {} # finding'],
  },
};

describe('a standard explained', () => {
  it('says everything, with the first example of each kind', () => {
    expect(explainText(facts, plain)).toBe(`locked (standard 7, error, for everyone)

A door is locked

Why     Whoever passes may come in.
Mend    Turn the key
Source  The locksmith, "Doors."
Peers   none

Kept:
  Door:
    Locked: true

Not kept:
  Door: {} # finding`);
  });

  it('says whose convention it is, and leaves out examples that are not there', () => {
    const text = explainText(
      { ...facts, audience: 'house', examples: { good: [], bad: [] } },
      (style, text) => `<${style} ${text}>`,
    );
    expect(text).toMatch(/^<strong locked> \(standard 7, error, for this catalogue\)\n/);
    expect(text).toMatch(/Peers {3}none$/);
  });
});

describe('the page of a standard', () => {
  it('says everything, with all examples, and no full stop twice', () => {
    expect(standardPage({ ...facts, source: 'The locksmith. ' })).toContain('**Source.** The locksmith. .');
    expect(standardPage({ ...facts, source: 'The locksmith.' })).toBe(`# locked

A door is locked.

Standard 7; error; for everyone (profiles \`public\` and \`all\`).

**Why.** Whoever passes may come in.

**Mend.** Turn the key.

**Source.** The locksmith.

**Other linters.** none.

## Kept

\`\`\`yaml
Door:
  Locked: true
\`\`\`

\`\`\`yaml
Door: none
\`\`\`

## Not kept

\`\`\`yaml
Door: {} # finding
\`\`\`
`);
    expect(standardPage({ ...facts, audience: 'house' })).toContain(
      '; a convention of this catalogue (profile `all`).',
    );
  });

  it('stands in an index by number, then by name, whose cells hold no bars', () => {
    const others = [
      { ...facts, name: 'sealed', peers: 'a|b' },
      { ...facts, name: 'first', number: 1, audience: 'house' as const },
      { ...facts, name: 'ajar' },
    ];
    const index = standardsIndex([facts, ...others]);
    expect(index).toMatch(/^# Standards\n\n\S/);
    expect(index.split('\n').filter((line) => line.startsWith('| '))).toEqual([
      '| number | standard | what holds | severity | for | other linters |',
      '| --- | --- | --- | --- | --- | --- |',
      '| 1 | [first](first.md) | A door is locked | error | house | none |',
      '| 7 | [ajar](ajar.md) | A door is locked | error | everyone | none |',
      '| 7 | [locked](locked.md) | A door is locked | error | everyone | none |',
      '| 7 | [sealed](sealed.md) | A door is locked | error | everyone | a\\|b |',
    ]);
    expect(standardsIndex([...others].reverse())).toBe(standardsIndex(others));
    expect(others.map(({ name }) => name)).toEqual(['sealed', 'first', 'ajar']);
  });
});
