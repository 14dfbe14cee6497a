import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TemplateInterface } from '@bitclouded/documents';
import { type Synthesised, synthesise, type Template } from '@bitclouded/kit';
import { closureOf, drawClosure } from '@bitclouded/provisioner/closure';
import { changesSection } from './changes-section.ts';
import { exceptionsSection } from './exceptions-section.ts';
import { withSection } from './with-section.ts';

/** The picture of a template's wiring, beside its page. */
const PICTURE = 'wiring.svg';

/**
 * What is made from the definition of every template, by its path from the repository: the picture of its wiring, and
 * its README with what a change of each parameter does and what it is excused from.
 */
export async function templatePages(repository: string): Promise<ReadonlyMap<string, string>> {
  const units = new Map<string, Synthesised>();
  for (const definition of await definitionsIn(repository)) {
    const { default: template } = (await import(join(repository, definition))) as { default: Template };
    units.set(dirname(definition), synthesise(template));
  }
  const faces = [...units.values()].map((unit) => unit.interface);
  const catalogue = new Map(faces.map((face) => [face.name, face]));
  const pages = new Map<string, string>();
  for (const [folder, unit] of units) {
    const page = join(folder, 'README.md');
    pages.set(page, pageOf(readFileSync(join(repository, page), 'utf8'), unit, takesSomething(unit.interface)));
    if (takesSomething(unit.interface)) pages.set(join(folder, PICTURE), pictureOf(unit.interface, catalogue));
  }
  return pages;
}

async function definitionsIn(repository: string): Promise<readonly string[]> {
  const definitions: string[] = [];
  for await (const path of glob('packages/templates/*/*/template.ts', { cwd: repository })) definitions.push(path);
  return definitions.sort();
}

function takesSomething({ parameters }: TemplateInterface): boolean {
  return parameters.some(({ wiring }) => wiring !== undefined);
}

function pictureOf({ name }: TemplateInterface, catalogue: ReadonlyMap<string, TemplateInterface>): string {
  return drawClosure(closureOf(name, catalogue), `What ${name} takes, and what that takes`);
}

function pageOf(page: string, { template, interface: face }: Synthesised, hasPicture: boolean): string {
  const sections = {
    '## Wiring': hasPicture
      ? `![${face.name} and the stacks that it takes outputs of; dashed where it works without](${PICTURE})`
      : undefined,
    '## What a change does': changesSection(template, face),
    '## Exceptions': exceptionsSection(face.exceptions),
  };
  return Object.entries(sections).reduce((text, [heading, body]) => withSection(text, heading, body), page);
}
