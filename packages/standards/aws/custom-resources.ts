import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { namedFunction } from './named-function.ts';

/** The custom resources of a template: those of the type that says so, and those with a type of their own. */
export function customResourcesOf(template: Template): Resource[] {
  return [...template.resources.values()].filter(
    ({ type }) => type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::'),
  );
}

/** The functions of the template that answer for a custom resource. */
export function providersOf(custom: Resource, template: Template): Resource[] {
  return custom.values('ServiceToken').flatMap((token) => namedFunction(template.referred(token), template) ?? []);
}
