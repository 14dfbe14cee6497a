import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';

/** The function of the template that a resource is, or is an alias or a version of. */
export function namedFunction(named: Resource | undefined, template: Template): Resource | undefined {
  if (named?.type === 'AWS::Lambda::Function') return named;
  if (named?.type !== 'AWS::Lambda::Alias' && named?.type !== 'AWS::Lambda::Version') return undefined;
  const [made] = named.values('FunctionName').flatMap((name) => template.referred(name) ?? []);
  return made?.type === 'AWS::Lambda::Function' ? made : undefined;
}
