import { perTemplate } from '../model/per-template.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';

/**
 * What CloudFormation makes after a resource and deletes before it: all that names it, or names what names it.
 * Source: CloudFormation User Guide, "DependsOn attribute".
 */
export function dependantsOf(resource: Resource, template: Template): ReadonlySet<Resource> {
  const explicit = explicitDependants(template);
  const found = new Set<Resource>();
  const open = [resource];
  for (let next = open.pop(); next; next = open.pop())
    for (const dependant of [...template.referrers(next), ...(explicit.get(next.logicalId) ?? [])])
      if (!found.has(dependant)) {
        found.add(dependant);
        open.push(dependant);
      }
  return found;
}

/** By logical id, the resources whose DependsOn names it. */
const explicitDependants = perTemplate((template): ReadonlyMap<string, readonly Resource[]> => {
  const dependants = new Map<string, Resource[]>();
  for (const resource of template.resources.values())
    for (const { text } of resource.attribute('DependsOn').flatMap((named) => named.values('*')))
      if (text !== undefined) dependants.set(text, [...(dependants.get(text) ?? []), resource]);
  return dependants;
});
