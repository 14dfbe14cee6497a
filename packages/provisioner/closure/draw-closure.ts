import { Graph, layout } from '@dagrejs/dagre';
import type { Need } from './closure-of.ts';

const FONT = 'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13"';
/** Of the font above: pixels a character, with room for a wider one. */
const CHARACTER_WIDTH = 8.2;
const PADDING = 14;
const HEIGHT = 34;
const MARGIN = 16;
/** Categories in the order of their names take these hues in turn; degrees. */
const HUES = [210, 145, 30, 275, 0, 180, 330, 95, 50];

/**
 * Draws a closure: one box a stack, coloured by category, and an arrow from each to what takes its outputs; dashed
 * where it works without. Top to bottom is the order of deployment. The same closure gives the same bytes.
 * @returns a whole SVG document
 */
export function drawClosure(needs: readonly Need[], title: string): string {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 56, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { template } of needs)
    graph.setNode(template, { width: Math.ceil(template.length * CHARACTER_WIDTH) + 2 * PADDING, height: HEIGHT });
  const wires = wiresOf(needs);
  for (const { from, to } of wires) graph.setEdge(from, to);
  layout(graph);

  const { left, width, height } = extentOf(graph, wires);
  const hueOf = huesOf(needs);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="${round(left)} 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}">`,
    `<title>${escapeText(title)}</title>`,
    `<desc>${escapeText(needs.map(({ wave, template }) => `${wave}. ${template}`).join(', '))}</desc>`,
    '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#6b7280"/></marker></defs>',
    `<rect x="${round(left)}" width="100%" height="100%" fill="#fff"/>`,
    ...wires.map((wire) => drawWire(graph.edge(wire.from, wire.to).points, wire)),
    ...needs.map(({ template, summary }) =>
      drawStack(template, summary, graph.node(template), hueOf(categoryOf(template))),
    ),
    '</svg>',
    '',
  ].join('\n');
}

/** The layout's own width leaves out arrows that go around everything. */
function extentOf(graph: Graph, wires: readonly Wire[]): { left: number; width: number; height: number } {
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const points = wires.flatMap(({ from, to }) => graph.edge(from, to).points.map(({ x }: Point) => x - MARGIN));
  const left = Math.min(0, ...points);
  return { left, width: Math.max(width, ...points.map((x) => x + 2 * MARGIN)) - left, height };
}

interface Wire {
  readonly from: string;
  readonly to: string;
  readonly outputs: readonly string[];
  readonly required: boolean;
}

/** One wire for all that one stack takes of another. */
function wiresOf(needs: readonly Need[]): readonly Wire[] {
  return needs.flatMap(({ template, inputs }) =>
    [...new Set(inputs.map(({ from }) => from))].sort().map((from) => {
      const taken = inputs.filter((input) => input.from === from);
      return {
        from,
        to: template,
        outputs: taken.map(({ output }) => output),
        required: taken.some(({ grade }) => grade === 'required'),
      };
    }),
  );
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function drawWire(points: readonly Point[], { from, to, outputs, required }: Wire): string {
  const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
  const dashes = required ? '' : ' stroke-dasharray="5 4"';
  return `<path d="${path}" fill="none" stroke="#6b7280" stroke-width="1.2"${dashes} marker-end="url(#end)"><title>${escapeText(`${to} takes ${outputs.join(', ')} of ${from}`)}</title></path>`;
}

function drawStack(
  template: string,
  summary: string,
  { x, y, width, height }: Point & { readonly width: number; readonly height: number },
  hue: number,
): string {
  return `<g><title>${escapeText(summary)}</title><rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}" rx="5" fill="hsl(${hue} 70% 95%)" stroke="hsl(${hue} 45% 45%)"/><text x="${round(x)}" y="${round(y)}" ${FONT} text-anchor="middle" dominant-baseline="central" fill="#111827">${escapeText(template)}</text></g>`;
}

function huesOf(needs: readonly Need[]): (category: string) => number {
  const categories = [...new Set(needs.map(({ template }) => categoryOf(template)))].sort();
  return (category) => HUES[categories.indexOf(category) % HUES.length]!;
}

function categoryOf(template: string): string {
  return template.slice(0, template.indexOf('/'));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
