import type { TemplateInterface } from '@bitclouded/documents';

/** Templates so that each stands after those whose outputs it takes. */
export function deploymentOrder(templates: readonly TemplateInterface[]): readonly TemplateInterface[] {
  const byName = new Map(templates.map((template) => [template.name, template]));
  const ordered = new Set<TemplateInterface>();
  const visit = (template: TemplateInterface): void => {
    if (ordered.has(template)) return;
    for (const { wiring } of template.parameters) if (wiring) visit(byName.get(wiring.template)!);
    ordered.add(template);
  };
  for (const template of templates) visit(template);
  return [...ordered];
}
