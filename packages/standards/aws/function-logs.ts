import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { namedFunction } from './named-function.ts';

/** The log groups of the template that a function certainly writes to, or writes to in some branch. */
export function logGroupsOf(made: Resource, template: Template): Resource[] {
  const groups = made.values('LoggingConfig.LogGroup').flatMap((named) => {
    if (!named.isAbsent) return template.referred(named) ?? [];
    return template.ofType('AWS::Logs::LogGroup').filter((group) => isDefaultGroupOf(group, made));
  });
  return [...new Set(groups)];
}

/** Whether a group has the name that Lambda gives by itself. */
export function isDefaultGroupOf(group: Resource, made: Resource): boolean {
  const names = [`\${${made.logicalId}}`, ...made.values('FunctionName').map(({ spelling }) => spelling)];
  return group
    .values('LogGroupName')
    .some(({ spelling }) => spelling !== undefined && names.some((name) => spelling === `/aws/lambda/${name}`));
}

/**
 * The functions of the template that get what is sent to a destination: the function itself, those that read the
 * stream, and those that transform what a delivery stream passes on.
 */
export function readersOf(destination: Resource, template: Template): Resource[] {
  const functions = (named: readonly Value[]): Resource[] =>
    named.flatMap((value) => namedFunction(template.referred(value), template) ?? []);
  const { type } = destination;
  if (type === 'AWS::Kinesis::Stream')
    return template
      .ofType('AWS::Lambda::EventSourceMapping')
      .filter((mapping) => mapping.values('EventSourceArn').some((arn) => template.referred(arn) === destination))
      .flatMap((mapping) => functions(mapping.values('FunctionName')));
  if (type === 'AWS::KinesisFirehose::DeliveryStream') return functions(transformersOf(destination));
  if (type === 'AWS::Logs::Destination')
    return destination.values('TargetArn').flatMap((target) => {
      const stream = template.referred(target);
      return stream && stream !== destination && stream.type !== type ? readersOf(stream, template) : [];
    });
  const made = namedFunction(destination, template);
  return made ? [made] : [];
}

/** What a delivery stream says of the functions that transform its records, whatever it delivers to. */
function transformersOf(stream: Resource): Value[] {
  return stream
    .attribute('Properties')
    .flatMap((properties) => properties.entries())
    .filter(({ key }) => key.text.endsWith('DestinationConfiguration'))
    .flatMap(({ values }) => values)
    .flatMap((destination) => destination.values('ProcessingConfiguration.Processors.*.Parameters.*'))
    .filter((parameter) => parameter.values('ParameterName').some((name) => name.is('LambdaArn')))
    .flatMap((parameter) => parameter.values('ParameterValue'));
}
