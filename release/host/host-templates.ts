import type { Fault, TemplateInterface } from '@bitclouded/documents';
import type { Dist } from '../read-dist.ts';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { catalogueNameOf, HOST_TEMPLATES, type HostTemplate } from './host-stacks.ts';

/** A template of the host as it was built, and what it says about itself. */
export interface BuiltTemplate {
  readonly body: string;
  readonly interface: TemplateInterface;
}

/**
 * Finds the host's templates among the built units. They must stand by themselves: before there is a host, nothing
 * is published that they could take code or images from.
 * @throws ReleaseError with all faults: `template-missing`, `template-needs-artifacts`
 */
export function hostTemplates(dist: Dist): Readonly<Record<HostTemplate, BuiltTemplate>> {
  const faults: Fault<ReleaseErrorCode>[] = [];
  const found: Partial<Record<HostTemplate, BuiltTemplate>> = {};
  for (const template of HOST_TEMPLATES) {
    const name = catalogueNameOf(template);
    const unit = dist.units.find((one) => one.reference === `template:${name}`);
    const body = unit?.files.get('template.yaml')?.toString('utf8');
    if (unit?.interface.kind !== 'template' || body === undefined) {
      faults.push({
        code: 'template-missing',
        where: `${dist.folder}/templates/${name}`,
        received: 'no such built template',
        expected: 'the templates that make a host',
        remedy: `keep packages/templates/${name} in the catalogue, and run this again`,
      });
      continue;
    }
    const { lambdas, images } = unit.interface;
    if (lambdas.length + images.length > 0)
      faults.push({
        code: 'template-needs-artifacts',
        where: `template ${name}`,
        received: `it takes ${[...lambdas, ...images].join(', ')}`,
        expected: 'a template of the host that takes no published artifact',
        remedy: 'do what they do with resources alone',
      });
    found[template] = { body, interface: unit.interface };
  }
  if (faults.length > 0) throw new ReleaseError(faults);
  return found as Record<HostTemplate, BuiltTemplate>;
}
