import { sectionsOf } from '../pack/template-sections.ts';
import { isObject, parseTemplate, type Section } from '../plan/parse-template.ts';

/** A resource of a template, under a condition or not. */
export interface MadeResource {
  readonly type: string;
  properties(): Section;
}

/**
 * The resources of a template. Properties are parsed only when they are asked for: most resources are never asked,
 * and parsing them all would take longer than the rest of a bundle.
 * @throws ReleaseError `template-not-yaml`, at once or when properties are asked for
 */
export function resourcesOf(text: string, where: string): readonly MadeResource[] {
  return blocksOf(text, where) ?? parsedWhole(text, where);
}

/** @returns undefined where the text is written in another way than ours, or has anchors that reach across blocks */
function blocksOf(text: string, where: string): readonly MadeResource[] | undefined {
  const section = sectionsOf(text)?.get('Resources');
  if (section === undefined) return undefined;
  const lines = text.slice(section.start, section.end);
  if (/[:[,{-]\s+[&*][A-Za-z]/.test(lines)) return undefined;
  const resources: MadeResource[] = [];
  for (const block of lines.split(/\n(?= {2}[A-Za-z0-9]+:\n)/).slice(1)) {
    const type = /^ {4}Type: ([A-Za-z0-9:]+)$/m.exec(block)?.[1];
    if (type === undefined) return undefined;
    resources.push({ type, properties: () => propertiesOf(Object.values(parseTemplate(block, where))[0]) });
  }
  return resources.length > 0 ? resources : undefined;
}

function parsedWhole(text: string, where: string): readonly MadeResource[] {
  const { Resources: resources } = parseTemplate(text, where);
  return Object.values(isObject(resources) ? resources : {})
    .filter(isObject)
    .map((resource) => ({ type: String(resource.Type), properties: () => propertiesOf(resource) }));
}

function propertiesOf(resource: Section[string] | undefined): Section {
  const properties = isObject(resource) ? resource.Properties : undefined;
  return isObject(properties) ? properties : {};
}
