import type { InterfaceParameter } from '@bitclouded/documents';
import { CfnCondition, CfnParameter, Fn, type Stack } from 'aws-cdk-lib';
import { Flag } from '../definition/flag.ts';
import { kindFacts, listKinds, numberKinds } from '../definition/kinds.ts';
import { Optional } from '../definition/optional.ts';
import type { Parameter, Parameters } from '../definition/parameter.ts';

const MAY_BE_EMPTY = (pattern: string): string => `^$|^(?:${pattern})$`;

/** The CloudFormation face of one parameter. */
export function describeParameter(name: string, parameter: Parameter): InterfaceParameter {
  const facts = kindFacts[parameter.kind];
  const pattern = parameter.pattern ?? facts.pattern;
  const emptyString = parameter.mayBeEmpty;
  const type = emptyString ? 'String' : facts.type;
  const allowedValues = parameter.kind === 'flag' ? ['true', 'false'] : parameter.allowedValues;
  return {
    name,
    kind: parameter.kind,
    type,
    description: parameter.description,
    group: parameter.group ?? (parameter.wiring ? `From ${parameter.wiring.template}` : 'Settings'),
    label: parameter.label ?? words(name),
    ...(emptyString ? { default: '' } : parameter.default !== undefined && { default: parameter.default }),
    ...(allowedValues && { allowedValues: [...allowedValues] }),
    // Of a list, each item must match.
    ...((type === 'String' || type === 'CommaDelimitedList') &&
      pattern !== undefined && { allowedPattern: emptyString ? MAY_BE_EMPTY(pattern) : `^(?:${pattern})$` }),
    ...(parameter.minimum !== undefined && { minimum: parameter.minimum }),
    ...(parameter.maximum !== undefined && { maximum: parameter.maximum }),
    secret: parameter.kind === 'secret',
    ...(parameter.wiring && { wiring: parameter.wiring }),
  };
}

/** Puts every parameter into the stack and returns what `build` reads. */
export function declareParameters(stack: Stack, parameters: Parameters): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, declare(stack, name, parameter)]),
  );
}

function declare(stack: Stack, name: string, parameter: Parameter): unknown {
  const face = describeParameter(name, parameter);
  const hint = parameter.hint ?? kindFacts[parameter.kind].hint;
  const made = new CfnParameter(stack, name, {
    type: face.type,
    description: face.description,
    default: face.default,
    allowedValues: face.allowedValues,
    allowedPattern: face.allowedPattern,
    constraintDescription:
      face.allowedPattern && hint ? `must be ${parameter.mayBeEmpty ? 'empty, or ' : ''}${hint}` : undefined,
    minValue: face.minimum,
    maxValue: face.maximum,
    noEcho: face.secret || undefined,
  });
  if (parameter.kind === 'flag')
    return new Flag(
      () => new CfnCondition(stack, `${name}IsTrue`, { expression: Fn.conditionEquals(made.valueAsString, 'true') }),
    );
  if (parameter.mayBeEmpty) {
    const given = new Flag(
      () =>
        new CfnCondition(stack, `${name}Given`, {
          expression: Fn.conditionNot(Fn.conditionEquals(made.valueAsString, '')),
        }),
    );
    const value = listKinds.has(parameter.kind) ? Fn.split(',', made.valueAsString) : made.valueAsString;
    return new Optional(given, value as never);
  }
  if (listKinds.has(parameter.kind)) return made.valueAsList;
  return numberKinds.has(parameter.kind) ? made.valueAsNumber : made.valueAsString;
}

/** `FlowLogGroupArn` → `Flow log group ARN`. */
function words(name: string): string {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([a-z]{3,})(\d+)$/, '$1 $2');
  const [first = '', ...rest] = spaced.split(' ');
  const known: Record<string, string> = {
    arn: 'ARN',
    id: 'id',
    kms: 'KMS',
    vpc: 'VPC',
    cidr: 'CIDR',
    elb: 'ELB',
    url: 'URL',
    ipv6: 'IPv6',
    s3: 'S3',
    sg: 'security group',
  };
  const rendered = [first, ...rest.map((word) => (/^[A-Z]+$/.test(word) ? word : word.toLowerCase()))].map(
    (word) => known[word.toLowerCase()] ?? word,
  );
  return rendered.join(' ').replace(/^./, (letter) => letter.toUpperCase());
}
