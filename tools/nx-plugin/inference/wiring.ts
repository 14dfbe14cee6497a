import { posix } from 'node:path';
import type { PluginFault } from '../plugin-error.ts';
import { importsOf } from './imports.ts';
import { isSource, placeOf, referenceTo, type Unit, type UnitKind, unitKinds } from './unit.ts';

/** What a unit's sources import, and what is wrong with that. */
export interface Wiring {
  /** Units that it is built against, as `kind:name` in code-unit order. */
  readonly uses: readonly string[];
  /** Files of the unit itself that the definition file needs, the definition file first: what others can see of it. */
  readonly definition: readonly string[];
  readonly faults: readonly PluginFault[];
}

/**
 * Reads from the imports of each unit's sources which units it is built against.
 * Only a template has such imports: of definitions, by relative path.
 * @param read gives the text of a file by its path from the workspace's root
 * @returns by the unit's folder
 */
export function wiringOf(units: readonly Unit[], read: (path: string) => string): Map<string, Wiring> {
  const definitions = new Map(
    units
      .filter((unit) => unit.files.includes(unitKinds[unit.kind].definition))
      .map((unit) => [`${unit.folder}/${unitKinds[unit.kind].definition}`, unit]),
  );
  const wirings = new Map(units.map((unit) => [unit.folder, readImports(unit, definitions, read)]));
  for (const [folder, circle] of circlesOf(units, wirings)) {
    const wiring = wirings.get(folder)!;
    wirings.set(folder, { ...wiring, faults: [...wiring.faults, circleFault(folder, circle)] });
  }
  return wirings;
}

/** The given units and, step by step, all that use one of them, as `kind:name`. */
export function usersOf(start: Iterable<string>, uses: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set(start);
  for (const unit of found) for (const [user, used] of uses) if (used.includes(unit)) found.add(user);
  return found;
}

function readImports(unit: Unit, definitions: ReadonlyMap<string, Unit>, read: (path: string) => string): Wiring {
  const uses = new Set<string>();
  const faults: PluginFault[] = [];
  const own = new Map<string, string[]>();
  for (const file of unit.files.filter((file) => file.endsWith('.ts') && isSource(file))) {
    const path = `${unit.folder}/${file}`;
    own.set(file, []);
    for (const specifier of importsOf(read(path)).filter((specifier) => specifier.startsWith('.'))) {
      const target = posix.join(posix.dirname(path), specifier);
      const upstream = definitions.get(target);
      if (target.startsWith(`${unit.folder}/`)) own.get(file)!.push(target.slice(unit.folder.length + 1));
      else if (unit.kind === 'template' && upstream) uses.add(referenceTo(upstream));
      else faults.push(importFault(unit, path, specifier, target, definitions));
    }
  }
  return { uses: [...uses].sort(), definition: reachable(unitKinds[unit.kind].definition, own), faults };
}

function reachable(start: string, imports: ReadonlyMap<string, readonly string[]>): string[] {
  const reached = new Set([start]);
  for (const file of reached) for (const next of imports.get(file) ?? []) reached.add(next);
  return [...reached];
}

function importFault(
  unit: Unit,
  where: string,
  specifier: string,
  target: string,
  definitions: ReadonlyMap<string, Unit>,
): PluginFault {
  const kind = kindOf(target);
  if (unit.kind === 'template' && kind && posix.basename(target) === unitKinds[kind].definition) {
    const known = [...definitions.values()].filter((other) => other.kind === kind).map((other) => other.name);
    const near = known.filter((name) => posix.dirname(name) === posix.dirname(placeOf(target)?.name ?? ''));
    return {
      code: 'upstream-unknown',
      where,
      received: specifier,
      expected: `the definition of a ${kind}: ${(near.length > 0 ? near : known).join(', ') || 'there is none yet'}`,
      remedy: `correct the path, or make the unit: npx nx g @bitclouded/nx-plugin:${kind}`,
    };
  }
  return {
    code: 'import-forbidden',
    where,
    received: specifier,
    expected:
      unit.kind === 'template'
        ? "the unit's own files, or a template.ts, lambda.ts or image.ts of another unit"
        : "the unit's own files",
    remedy: 'move what is shared into a package, and import the package by its name',
  };
}

function kindOf(path: string): UnitKind | undefined {
  return (Object.keys(unitKinds) as UnitKind[]).find((kind) => path.startsWith(`${unitKinds[kind].folder}/`));
}

/** The shortest way from each template back to itself, where there is one: `[a, b, a]`. */
function circlesOf(units: readonly Unit[], wirings: ReadonlyMap<string, Wiring>): Map<string, string[]> {
  const upstreams = new Map(
    units
      .filter((unit) => unit.kind === 'template')
      .map((unit) => [
        unit.name,
        wirings
          .get(unit.folder)!
          .uses.filter((use) => use.startsWith('template:'))
          .map((use) => use.slice('template:'.length)),
      ]),
  );
  const circles = new Map<string, string[]>();
  for (const unit of units) {
    const circle = unit.kind === 'template' ? shortestCircle(unit.name, upstreams) : undefined;
    if (circle) circles.set(unit.folder, circle);
  }
  return circles;
}

function shortestCircle(start: string, upstreams: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const seen = new Set<string>();
  let paths = [[start]];
  while (paths.length > 0) {
    const next: string[][] = [];
    for (const path of paths)
      for (const upstream of upstreams.get(path.at(-1)!) ?? []) {
        if (upstream === start) return [...path, start];
        if (!seen.has(upstream)) next.push([...path, upstream]);
        seen.add(upstream);
      }
    paths = next;
  }
  return undefined;
}

function circleFault(folder: string, circle: readonly string[]): PluginFault {
  return {
    code: 'wiring-circle',
    where: `${folder}/${unitKinds.template.definition}`,
    received: circle.join(' → '),
    expected: 'wiring without a circle: of two templates only one can be deployed first',
    remedy: 'take one of these imports out, or move what both need into a template of its own',
  };
}
