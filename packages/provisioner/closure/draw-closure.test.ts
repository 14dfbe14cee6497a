import fc from 'fast-check';
import type { Need } from './closure-of.ts';
import { drawClosure } from './draw-closure.ts';

const need = (template: string, inputs: Need['inputs'] = [], summary = 'A stack'): Need => ({
  template,
  summary,
  wave: 1,
  inputs,
  asks: [],
  set: {},
});
const takes = (from: string, output: string, grade: 'required' | 'recommended' = 'required') => ({
  parameter: output,
  from,
  output,
  grade,
});

const NEEDS = [
  need('foundation/kms', [], 'Keys <of> data & logs'),
  need('operations/alerts', [takes('foundation/kms', 'KeyArn'), takes('foundation/kms', 'LogsKeyArn', 'recommended')]),
  need('networking/vpc', [takes('operations/alerts', 'CriticalArn', 'recommended')]),
];

/** Name → the rectangle's top and bottom. */
function boxesOf(svg: string): Map<string, { top: number; bottom: number }> {
  const boxes = svg.matchAll(
    /<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)".*?<text[^>]*>([^<]+)<\/text>/g,
  );
  return new Map(
    [...boxes].map(([, y, height, name]) => [name!, { top: Number(y), bottom: Number(y) + Number(height) }]),
  );
}

describe('drawClosure', () => {
  const svg = drawClosure(NEEDS, 'What networking/vpc needs');

  it('puts each stack under what it takes', () => {
    const boxes = boxesOf(svg);
    expect([...boxes.keys()]).toEqual(['foundation/kms', 'operations/alerts', 'networking/vpc']);
    expect(boxes.get('operations/alerts')!.top).toBeGreaterThan(boxes.get('foundation/kms')!.bottom);
    expect(boxes.get('networking/vpc')!.top).toBeGreaterThan(boxes.get('operations/alerts')!.bottom);
  });

  it('draws one arrow for all that a stack takes of another, dashed where it works without', () => {
    const wires = svg.split('\n').filter((line) => line.includes('marker-end'));
    expect(wires).toHaveLength(2);
    expect(wires[0]).toContain('operations/alerts takes KeyArn, LogsKeyArn of foundation/kms');
    expect(wires.map((wire) => wire.includes('stroke-dasharray'))).toEqual([false, true]);
  });

  it('tells in words what it shows, with no text taken for markup', () => {
    expect(svg).toContain('<title>What networking/vpc needs</title>');
    expect(svg).toContain('Keys &lt;of&gt; data &amp; logs');
  });

  it('has everything in its frame, arrows around many stacks too', () => {
    const closures = fc
      .array(fc.uniqueArray(fc.nat(16), { maxLength: 6 }), { minLength: 2, maxLength: 17 })
      .map((wanted) =>
        wanted.map((from, at) =>
          need(
            `c/t${at}`,
            from.filter((each) => each < at).map((each) => takes(`c/t${each}`, `O${each}`)),
          ),
        ),
      );
    fc.assert(
      fc.property(closures, (needs) => {
        const drawn = drawClosure(needs, 'Any');
        const [left, , width] = /viewBox="([^"]+)"/.exec(drawn)![1]!.split(' ').map(Number) as [number, number, number];
        const paths = [...drawn.matchAll(/<path d="([^"]+)" fill="none"/g)].map(([, path]) => path!);
        const xs = paths.flatMap((path) => [...path.matchAll(/[ML](-?[\d.]+)/g)].map(([, x]) => Number(x)));
        for (const x of xs) expect(x >= left && x <= left + width).toBe(true);
      }),
    );
  });

  it('is the same for the same closure', () => expect(drawClosure(NEEDS, 'What networking/vpc needs')).toBe(svg));
});
