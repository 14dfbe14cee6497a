import fc from 'fast-check';
import { Source } from './source.ts';

const text = fc
  .array(fc.constantFrom('a', 'é', '\n', '\r\n', '\t'), { maxLength: 30 })
  .map((pieces) => pieces.join(''));

describe('a source', () => {
  it('knows line and column of every offset, as counting line breaks tells them', () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 60 }), (written, given) => {
        const offset = Math.min(given, written.length);
        const lines = written.slice(0, offset).split('\n');
        const expected = { line: lines.length, column: lines.at(-1)!.length + 1 };
        const source = new Source('f', written);
        expect(source.positionOf(offset)).toEqual(expected);
        expect(source.offsetOf(expected.line, expected.column)).toBe(offset);
      }),
    );
  });

  it('takes what lies outside for the nearest inside', () => {
    const source = new Source('f', 'ab\ncd');
    expect(source.positionOf(-1)).toEqual({ line: 1, column: 1 });
    expect(source.positionOf(99)).toEqual({ line: 2, column: 3 });
    expect(source.offsetOf(1, 99)).toBe(2);
    expect(source.offsetOf(2, 99)).toBe(5);
    expect(source.offsetOf(3, 1)).toBe(5);
  });

  it('shows the line around an offset without its break', () => {
    const source = new Source('f', 'ab\r\ncd\n\nef');
    expect([0, 2, 4, 8, 9].map((offset) => source.excerptAt(offset))).toEqual([
      { text: 'ab', column: 1 },
      { text: 'ab', column: 1 },
      { text: 'cd', column: 1 },
      { text: 'ef', column: 1 },
      { text: 'ef', column: 1 },
    ]);
  });

  it('shows a stretch of a long line, with 100 characters before what is meant', () => {
    const line = Array.from({ length: 1_000 }, (_, index) => String(index % 10)).join('');
    const source = new Source('f', `x\n${line}\ny`);
    expect(source.excerptAt(2)).toEqual({ text: line.slice(0, 200), column: 1 });
    expect(source.excerptAt(2 + 199)).toEqual({ text: line.slice(0, 200), column: 1 });
    expect(source.excerptAt(2 + 200)).toEqual({ text: line.slice(100, 300), column: 101 });
    expect(source.excerptAt(2 + 990)).toEqual({ text: line.slice(890), column: 891 });
  });

  it('says where a fault is', () => {
    const said = { received: 'r', expected: 'e', remedy: 'm' };
    expect(new Source('a.yaml', 'ab\ncd').fault('template-invalid', { start: 4, end: 5 }, said)).toEqual({
      code: 'template-invalid',
      where: 'a.yaml:2:2',
      file: 'a.yaml',
      line: 2,
      column: 2,
      ...said,
    });
  });
});
