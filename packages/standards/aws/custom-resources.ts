import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';

/** The custom resources of a template: those of the type that says so, and those with a type of their own. */
export function customResourcesOf(template: Template): Resource[] {
  return [...template.resources.values()].filter(
    ({ type }) => type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::'),
  );
}

/** The functions of the template that answer for a custom resource. */
export function providersOf(custom: Resource, template: Template): Resource[] {
  return custom.values('ServiceToken').flatMap((token) => functionOf(template.referred(token), template) ?? []);
}

function functionOf(named: Resource | undefined, template: Template): Resource | undefined {
  if (named?.type !== 'AWS::Lambda::Alias' && named?.type !== 'AWS::Lambda::Version')
    return named?.type === 'AWS::Lambda::Function' ? named : undefined;
  const [made] = named.values('FunctionName').flatMap((name) => template.referred(name) ?? []);
  return made?.type === 'AWS::Lambda::Function' ? made : undefined;
}
