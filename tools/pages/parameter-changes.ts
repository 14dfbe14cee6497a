import { ResourceImpact } from '@aws-cdk/cloudformation-diff';
// Of one resource: the whole comparison looks into policies too, and wants them whole.
import { diffResource } from '@aws-cdk/cloudformation-diff/lib/diff/index.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Section = Readonly<Record<string, { readonly [key: string]: Json }>>;

/** What the change of one parameter does to the resources of a stack, by logical id, each in the weightiest place. */
export interface ParameterChange {
  readonly parameter: string;
  /** Changed as they stand. */
  readonly inPlace: readonly string[];
  /** By the values, or by what else the resource has: interrupted or made anew. */
  readonly mayReplace: readonly string[];
  /** Made anew beside the old one, which then goes or is kept. */
  readonly replaces: readonly string[];
  /** Made or taken away, as a condition decides. */
  readonly adds: readonly string[];
}

/**
 * Follows each parameter through conditions, functions and references into the properties of resources, and asks
 * `@aws-cdk/cloudformation-diff` what a change of these properties does. No value is tried, so this is the most that
 * a change can do: `If` with equal branches counts too. A resource that is replaced changes what refers to it.
 */
export function parameterChanges(template: Readonly<Record<string, unknown>>): readonly ParameterChange[] {
  const { Parameters = {}, Conditions = {}, Resources = {} } = template as Readonly<Record<string, Section>>;
  return Object.keys(Parameters).map((parameter) => changeOf(parameter, Conditions, Resources));
}

function changeOf(parameter: string, conditions: Section, resources: Section): ParameterChange {
  const moved = new Set([parameter]);
  const decided = new Set<string>();
  for (let size = -1; size !== decided.size; ) {
    size = decided.size;
    for (const [name, condition] of Object.entries(conditions))
      if (dependsOn(condition, moved, decided)) decided.add(name);
  }
  const impacts = new Map<string, ResourceImpact>();
  // What is replaced has a new name, which moves whoever refers to it: until nothing else moves.
  const maybe = new Set<string>();
  for (let size = -1; size !== moved.size + maybe.size; ) {
    size = moved.size + maybe.size;
    for (const [logicalId, resource] of Object.entries(resources)) {
      const impact = impactOf(resource, moved, decided) ?? atMost(impactOf(resource, maybe, decided));
      if (impact === undefined) continue;
      impacts.set(logicalId, impact);
      if (impact === ResourceImpact.WILL_REPLACE) moved.add(logicalId);
      else if (impact !== ResourceImpact.WILL_UPDATE) maybe.add(logicalId);
    }
  }
  const having = (impact: ResourceImpact): string[] =>
    [...impacts].filter(([, own]) => own === impact).map(([logicalId]) => logicalId);
  return {
    parameter,
    inPlace: having(ResourceImpact.WILL_UPDATE),
    mayReplace: having(ResourceImpact.MAY_REPLACE),
    replaces: having(ResourceImpact.WILL_REPLACE),
    adds: having(ResourceImpact.WILL_CREATE),
  };
}

/** Of what refers to a resource that may be replaced, or may not be there. */
function atMost(impact: ResourceImpact | undefined): ResourceImpact | undefined {
  return impact === ResourceImpact.WILL_REPLACE ? ResourceImpact.MAY_REPLACE : impact;
}

function impactOf(
  { Type, Condition, Properties = {} }: Section[string],
  moved: ReadonlySet<string>,
  decided: ReadonlySet<string>,
): ResourceImpact | undefined {
  if (typeof Condition === 'string' && decided.has(Condition)) return ResourceImpact.WILL_CREATE;
  const impacts = Object.entries(Properties as Section[string])
    .filter(([, value]) => dependsOn(value, moved, decided))
    .map(([property]) => impactOfProperty(String(Type), property));
  return WEIGHTIEST_FIRST.find((impact) => impacts.includes(impact));
}

const WEIGHTIEST_FIRST = [ResourceImpact.WILL_REPLACE, ResourceImpact.MAY_REPLACE, ResourceImpact.WILL_UPDATE];
const known = new Map<string, ResourceImpact>();

function impactOfProperty(type: string, property: string): ResourceImpact {
  const id = `${type} ${property}`;
  const having = (value: string) => ({ Type: type, Properties: { [property]: value } });
  const impact = known.get(id) ?? diffResource(having('one'), having('other')).changeImpact;
  known.set(id, impact);
  // Of a custom resource only its function knows; it is told of the change in place.
  return impact === ResourceImpact.NO_CHANGE ? ResourceImpact.WILL_UPDATE : impact;
}

/** Whether a value can be another one because of what moved, or of what was decided otherwise. */
function dependsOn(value: Json, moved: ReadonlySet<string>, decided: ReadonlySet<string>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => dependsOn(item, moved, decided));
  return Object.entries(value).some(([key, inner]) => {
    if (key === 'Ref') return moved.has(String(inner));
    if (key === 'Condition' && typeof inner === 'string') return decided.has(inner);
    if (key === 'Fn::GetAtt') return moved.has(firstOf(inner));
    if (key === 'Fn::If' && decided.has(firstOf(inner))) return true;
    if (key === 'Fn::Sub' && namesIn(inner).some((name) => moved.has(name))) return true;
    return dependsOn(inner, moved, decided);
  });
}

/** The first of a list, or of a text with dots. */
function firstOf(value: Json): string {
  return Array.isArray(value) ? String(value[0]) : String(value).split('.')[0]!;
}

/** What `${Name}` and `${Name.Attribute}` of a substitution refer to. */
function namesIn(value: Json): string[] {
  const text = Array.isArray(value) ? String(value[0]) : String(value);
  return [...text.matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name]) => name!.split('.')[0]!);
}
