import { type Fault, templateName } from '@bitclouded/documents';
import type { Parameter } from '../definition/parameter.ts';
import type { TemplateDefinition } from '../definition/template.ts';
import { KitError, type KitErrorCode } from '../kit-error.ts';
import { describeParameter } from './declare-parameters.ts';

/** The parameter that the kit adds to every template with a role. */
export const permissionsBoundaryParameter: Parameter<'policyArn', true> = {
  kind: 'policyArn',
  mayBeEmpty: true,
  group: 'Security',
  description: 'Permissions boundary of every role that the stack makes; empty for none',
};
/** Parameters that the kit adds itself. */
export const RESERVED_PARAMETERS: readonly string[] = ['PermissionsBoundaryArn'];

/**
 * Holds a definition against what the compiler cannot see.
 * @throws KitError with every fault of the definition
 */
export function checkDefinition(definition: TemplateDefinition): void {
  const where = `template ${definition.name}`;
  const faults: Fault<KitErrorCode>[] = [];
  const fault = (code: KitErrorCode, subject: string, received: string, expected: string, remedy: string): void =>
    void faults.push({ code, where: subject ? `${where}, ${subject}` : where, received, expected, remedy });

  if (!templateName.safeParse(definition.name).success)
    fault('name-invalid', '', definition.name, 'category/name in kebab-case', 'rename the folder and the definition');
  for (const name of [...Object.keys(definition.parameters), ...Object.keys(definition.outputs)])
    if (!/^[A-Z][A-Za-z0-9]{0,254}$/.test(name))
      fault('name-invalid', name, name, 'PascalCase, alphanumeric', 'rename it');

  for (const [name, parameter] of Object.entries(definition.parameters)) {
    if (parameter === undefined || parameter === null) {
      // In a circle of imports, the upstream's definition is not there yet when it is read.
      fault(
        'wiring-circle',
        `parameter ${name}`,
        'an upstream that is not defined yet',
        'wiring without a circle',
        'take the wire out that leads back here',
      );
      continue;
    }
    if (RESERVED_PARAMETERS.includes(name))
      fault(
        'name-reserved',
        `parameter ${name}`,
        name,
        'a name that the kit does not add itself',
        'leave it out: every template with a role has it',
      );
    if (parameter.wiring && parameter.wiring.output !== name)
      fault(
        'wiring-name',
        `parameter ${name}`,
        name,
        parameter.wiring.output,
        `name the parameter as the output of ${parameter.wiring.template} that it takes`,
      );
    checkDefault(name, definition, fault);
  }
  for (const upstream of Object.keys(definition.requires))
    if (!Object.values(definition.parameters).some((parameter) => parameter?.wiring?.template === upstream))
      fault(
        'requires-unknown',
        `requires ${upstream}`,
        upstream,
        'a template whose output a parameter takes',
        'wire one of its outputs, or leave the requirement out',
      );

  if (faults.length > 0) throw new KitError(faults);
}

type Report = (code: KitErrorCode, subject: string, received: string, expected: string, remedy: string) => void;

function checkDefault(name: string, definition: TemplateDefinition, fault: Report): void {
  const face = describeParameter(name, definition.parameters[name]!);
  if (face.default === undefined) return;
  const remedy = 'correct the default or the constraint';
  const subject = `parameter ${name}`;
  if (face.allowedValues && !face.allowedValues.includes(face.default))
    fault('default-invalid', subject, face.default, `one of ${face.allowedValues.join(', ')}`, remedy);
  if (face.allowedPattern && !new RegExp(face.allowedPattern).test(face.default))
    fault('default-invalid', subject, face.default, face.allowedPattern, remedy);
  if (face.type === 'Number') {
    const value = Number(face.default);
    if (Number.isNaN(value) || value < (face.minimum ?? -Infinity) || value > (face.maximum ?? Infinity))
      fault(
        'default-invalid',
        subject,
        face.default,
        `a number from ${face.minimum ?? '-∞'} to ${face.maximum ?? '∞'}`,
        remedy,
      );
  }
}
