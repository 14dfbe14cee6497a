import { importsOf } from './imports.ts';
import type { Convention } from './violation.ts';

/** No file needs itself by way of others, not even for a type. */
export const importCircles: Convention = (files) => {
  const graph = new Map<string, string[]>(files.map(({ path }) => [path, []]));
  for (const { from, target } of importsOf(files)) if (graph.has(target)) graph.get(from.path)!.push(target);
  return circlesOf(graph).map((circle) => ({
    where: circle[0]!,
    received: circle.join(' → '),
    remedy: 'take one of these imports out, or move what both need into a file of its own',
  }));
};

/** One shortest circle for each group of files that need each other, from the file that comes first by name. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const told = new Set<string>();
  for (const start of [...graph.keys()].sort()) {
    const circle = told.has(start) ? undefined : shortestCircle(start, graph);
    if (!circle) continue;
    circles.push(circle);
    for (const path of circle) told.add(path);
  }
  return circles;
}

function shortestCircle(start: string, graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const next of graph.get(path) ?? []) {
      if (next === start) return [...wayTo(path, cameFrom), start];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, path);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(path: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const before = cameFrom.get(path);
  return before === undefined ? [path] : [...wayTo(before, cameFrom), path];
}
