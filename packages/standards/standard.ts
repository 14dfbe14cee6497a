import type { Assumptions } from './model/conditions.ts';
import type { Resource } from './model/resource.ts';
import type { Template } from './model/template.ts';
import type { Place } from './reading/node.ts';

/** SARIF's levels: a hole or a loss, bad practice, a matter of taste. */
export type Severity = 'error' | 'warning' | 'note';

/** What a finding points at; resources, values and parameters are such. */
export interface Spot {
  readonly place: Place;
  readonly when?: Assumptions;
  /** The parameter whose default it is. */
  readonly parameter?: string | undefined;
}

/** What a check yields: where, and what is wrong there, in one sentence without a full stop. */
export interface Found {
  readonly at: Spot;
  readonly message: string;
  /** The resource concerned, where a check looks at the whole template. */
  readonly resource?: Resource;
}

/** What a check looks at. It reports only what is certain: a value that is unknown is no finding. */
export interface TemplateContext {
  readonly template: Template;
  /** ISO 8601 day, for what becomes wrong with time. */
  readonly today: string;
}
export interface ResourceContext extends TemplateContext {
  readonly resource: Resource;
}

interface Described {
  /** In kebab-case, as the file; what exceptions and profiles call it. */
  readonly name: string;
  /** Its row among the standards; rows that say several things have several files. */
  readonly number: number;
  /** What holds where it is kept. */
  readonly title: string;
  readonly why: string;
  /** What to write instead. */
  readonly remedy: string;
  /** The AWS page or benchmark that says so. */
  readonly source: string;
  /** Which linter has such a rule, and why this one stands beside it. */
  readonly peers: string;
  /** `everyone`: sensible for strangers' templates. `house`: a convention of this catalogue. */
  readonly audience: 'everyone' | 'house';
  readonly severity: Severity;
  /**
   * Whole templates in YAML, and at once the standard's tests. Good ones have no finding; bad ones have one on each
   * line that ends in the comment `# finding`, and no other; `# finding: words` says what its message must have.
   */
  readonly examples: { readonly good: readonly string[]; readonly bad: readonly string[] };
}

export interface ResourceStandard extends Described {
  /** Resource types; `check` is called for each resource of them. */
  readonly applies: readonly string[];
  check(context: ResourceContext): Iterable<Found>;
}

export interface TemplateStandard extends Described {
  readonly applies: 'template';
  /** Called once for each template. */
  check(context: TemplateContext): Iterable<Found>;
}

export type Standard = ResourceStandard | TemplateStandard;

/** Defines a standard about resources of some types; the default export of its file. */
export function resourceStandard(standard: ResourceStandard): Standard {
  return standard;
}

/** Defines a standard about a template as a whole; the default export of its file. */
export function templateStandard(standard: TemplateStandard): Standard {
  return standard;
}
