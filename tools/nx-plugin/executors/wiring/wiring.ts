import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Template } from '@bitclouded/kit';
import { loadDefinition } from '../load-definition.ts';
import { executorOf, type Job, outcomeOf, type Work } from '../unit-executor.ts';

/** Where a template's wiring lies, from the workspace's root. */
export function wiringFile(name: string): string {
  return join('dist', 'wiring', `${name}.json`);
}

/**
 * Writes what a template shows to the templates that take its outputs: name, summary and outputs, in the order
 * of the definition. It is for this plugin alone; a release does not carry it.
 */
const work: Work = async function* (root, jobs) {
  for (const job of jobs) yield [job, await outcomeOf(async () => writeWiring(root, job))];
};

export const { single, batch } = executorOf(work);

function writeWiring(root: string, job: Job): undefined {
  const { name, summary, outputs } = loadDefinition<Template>(root, job);
  const path = join(root, wiringFile(name));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ name, summary, outputs }, null, 2)}\n`);
}
