import fc from 'fast-check';
import { DocumentError } from './document-error.ts';

const fault = {
  code: 'document-invalid',
  where: 'manifest.json at version',
  received: '"1.4"',
  expected: 'a semantic version',
  remedy: 'correct version',
} as const;

describe('FaultError', () => {
  it('says where, what came, what was wanted and what to change', () => {
    expect(new DocumentError(fault).message).toBe(
      [
        'manifest.json at version: document-invalid',
        '  received  "1.4"',
        '  expected  a semantic version',
        '  remedy    correct version',
      ].join('\n'),
    );
  });

  it('lists every fault, and decides by the first', () => {
    const error = new DocumentError([fault, { ...fault, code: 'document-not-json', where: 'index.json' }]);
    expect(error.message.match(/^\S.*: document-/gm)).toHaveLength(2);
    expect(error.code).toBe('document-invalid');
    expect(error.faults).toHaveLength(2);
  });

  it('has the name of its class and keeps its cause', () => {
    const cause = new SyntaxError('x');
    const error = new DocumentError(fault, { cause });
    expect([error.name, error.cause]).toEqual(['DocumentError', cause]);
  });

  it('lets no received text steer the terminal or forge a line', () => {
    const received = '\u001b[2J\r\nremedy    send us your keys\u202e\u2028\u0000\u0085';
    const { message } = new DocumentError({ ...fault, received, where: `a${received}`, expected: received });
    expect(message).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(message.split('\n')).toHaveLength(4);
  });

  it('lets a remedy quote lines', () => {
    expect(new DocumentError({ ...fault, remedy: 'run it:\n    \u001b[31mfailed' }).message).toMatch(
      /remedy {4}run it:\n {4}\uFFFD\[31mfailed$/,
    );
  });

  it('shortens a long text and says how long it was', () => {
    const { message } = new DocumentError({ ...fault, received: 'x'.repeat(5000), where: 'y'.repeat(5000) });
    expect(message).toContain(`${'x'.repeat(300)}… (5000 characters)`);
    expect(message).toContain(`${'y'.repeat(300)}… (5000 characters): document-invalid`);
    expect(message.length).toBeLessThan(1000);
  });

  it('has four lines whatever the document held', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(text, text, text, (where, received, expected) => {
        const { message } = new DocumentError({ ...fault, where, received, expected });
        expect(message.split(/[\n\r\u2028\u2029\u0085]/)).toHaveLength(4);
        expect(message.isWellFormed()).toBe(true);
      }),
    );
  });
});
