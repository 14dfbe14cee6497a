import type { Fault, Host, TemplateInterface } from '@bitclouded/documents';
import type { Bound } from '../pack/bind-templates.ts';
import type { Dist } from '../read-dist.ts';
import { ReleaseError, type ReleaseErrorCode } from '../release-error.ts';
import { deploymentPolicy } from './deployment-policy.ts';
import facts from './handler-permissions.json' with { type: 'json' };
import { personPolicy } from './person-policy.ts';
import type { PolicyStatement } from './policy-statement.ts';
import { splitPolicy } from './split-policy.ts';

/** The name of the policy of people, beside the names of templates. */
const PERSON = 'person';

export interface RenderedPolicy {
  /** A template's, or `person`. */
  readonly name: string;
  /** From 1; whoever needs the policy needs all its parts. */
  readonly part: number;
  readonly bytes: Buffer;
}

/**
 * The policies of a release: for each template what a CloudFormation service role needs, and what people need who
 * use such roles. Equal templates, facts and hosts give equal bytes.
 * @throws ReleaseError `permissions-unknown` with the faults of all templates
 */
export function renderPolicies(dist: Dist, bound: Bound, host: Host): readonly RenderedPolicy[] {
  const typeActions = new Map(
    Object.entries(facts.types).map(([type, actions]) => [type, actions === '' ? [] : actions.split(' ')]),
  );
  const templates = dist.units.flatMap(({ interface: face }) => (face.kind === 'template' ? [face] : []));
  const faults: Fault<ReleaseErrorCode>[] = [];
  const policies = templates.flatMap((template: TemplateInterface) => {
    try {
      const text = bound.templates.get(template.name)!.toString();
      return render(template.name, deploymentPolicy(template, text, typeActions, host));
    } catch (cause) {
      if (!(cause instanceof ReleaseError)) throw cause;
      faults.push(...cause.faults);
      return [];
    }
  });
  if (faults.length > 0) throw new ReleaseError(faults);
  return [...policies, ...render(PERSON, personPolicy(templates, host))];
}

function render(name: string, statements: readonly PolicyStatement[]): readonly RenderedPolicy[] {
  return splitPolicy(statements).map((document, index) => ({
    name,
    part: index + 1,
    bytes: Buffer.from(`${JSON.stringify(document, null, 2)}\n`),
  }));
}
