import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import type { executorOf, TaskResult } from '../executors/unit-executor.ts';
import { findUnits } from '../inference/find-units.ts';
import type { UnitOptions } from '../inference/targets.ts';
import { isSource, projectName, unitKinds } from '../inference/unit.ts';
import { wiringOf } from '../inference/wiring.ts';

/** Runs an executor on units of a workspace as one batch of Nx: each unit's result, by its project's name. */
export async function runBatch(
  executor: ReturnType<typeof executorOf>,
  root: string,
  units: Readonly<Record<string, Partial<UnitOptions>>>,
): Promise<Record<string, TaskResult>> {
  const { graph, inputs, context } = batchOf(root, units);
  const results: Record<string, TaskResult> = {};
  for await (const { task, result } of executor.batch(graph, inputs, {}, context)) results[task] = result;
  return results;
}

/** What Nx would hand to an executor for these projects. The keys stand for tasks, too. */
export function batchOf(root: string, units: Readonly<Record<string, Partial<UnitOptions>>>) {
  const found = findUnits(root, imageFiles(root));
  const wirings = wiringOf(found, (path) => readFileSync(join(root, path), 'utf8'));
  const inputs: Record<string, UnitOptions> = {};
  const projects: Record<string, { root: string }> = {};
  for (const [project, special] of Object.entries(units)) {
    const unit = found.find((other) => projectName(other) === project)!;
    projects[project] = { root: unit.folder };
    inputs[project] = {
      kind: unit.kind,
      name: unit.name,
      sources: unit.files.filter(isSource),
      uses: wirings.get(unit.folder)!.uses,
      faults: [],
      node: process.version,
      ...special,
    };
  }
  const ids = Object.keys(units);
  const graph = {
    roots: ids,
    tasks: Object.fromEntries(ids.map((id) => [id, { id, target: { project: id, target: 'x' } }])),
    dependencies: Object.fromEntries(ids.map((id) => [id, []])),
    continuousDependencies: {},
  } as unknown as TaskGraph;
  const context = { root, projectsConfigurations: { version: 2, projects } } as unknown as ExecutorContext;
  return { graph, inputs, context };
}

/** What Nx would find of the images. */
function imageFiles(root: string): string[] {
  const folder = join(root, unitKinds.image.folder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}
