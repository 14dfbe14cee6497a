import type { Terminal } from '../terminal.ts';
import { Progress } from './progress.ts';

/** What a terminal of some width gets to see. */
function told(progressColumns: number, files: number, ...names: readonly string[]): string[] {
  const written: string[] = [];
  const terminal: Terminal = {
    out: () => undefined,
    err: (text) => void written.push(text),
    isResultSeen: false,
    resultColumns: undefined,
    progressColumns,
  };
  const progress = new Progress(terminal, files);
  for (const [index, name] of names.entries()) progress.show(index, name);
  progress.clear();
  return written;
}

describe('progress', () => {
  it('tells the file and how far it is, in one line that is cleared', () => {
    expect(told(80, 20, 'a.yaml', 'b.yaml')).toEqual(['\r\u001b[K1/20 a.yaml', '\r\u001b[K2/20 b.yaml', '\r\u001b[K']);
  });

  it('says nothing of few files, and nothing where nobody looks', () => {
    expect(told(80, 19, 'a.yaml')).toEqual([]);
    expect(told(0, 2000, 'a.yaml')).toEqual([]);
  });

  it.each([1, 2, 5, 8, 20, 79])('never fills a terminal of %i columns, and keeps the end of a path', (columns) => {
    const [line] = told(columns, 2000, `${'folder/'.repeat(20)}name.yaml`);
    const shown = line!.replace('\r\u001b[K', '');
    expect(shown.length).toBeLessThanOrEqual(Math.max(columns - 1, '1/2000 '.length));
    if (columns >= 20) expect(shown).toMatch(/…\S*name\.yaml$/);
  });

  it('shows no control character of a name', () => {
    expect(told(80, 20, 'a\u001b[2Jb.yaml')[0]).toBe('\r\u001b[K1/20 a\uFFFD[2Jb.yaml');
  });
});
