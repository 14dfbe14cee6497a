import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { FaultError } from '@bitclouded/documents';
import { outputFolder } from '../../output/unit-output.ts';
import { PluginError, type PluginFault } from '../../plugin-error.ts';
import { executorOf, type Outcome, outcomeOf, type Work } from '../unit-executor.ts';
import { everyStandard, standardFaults } from './standard-faults.ts';
import { tokenFaults } from './token-faults.ts';

/** The part of `@aws/cloudformation-validate` that is used here. It lies inside aws-cdk-lib, in CDK's own version. */
interface Validator {
  readonly CompositeEngine: new () => Engine;
  readonly TemplateContent: new (content: Uint8Array, name: string) => object;
}
interface Engine {
  validateTemplate(template: object, config: { detailLevel: 'STANDARD'; severityLevel: 'WARN' }): Report;
  free(): void;
}
interface Report {
  readonly diagnostics: readonly Diagnostic[];
}
interface Diagnostic {
  readonly ruleId: string;
  readonly severity: 'WARN' | 'ERROR' | 'FATAL';
  readonly message: string;
  readonly entity?: { readonly logicalId: string };
  readonly propertyPath?: string;
  readonly startLine?: number;
}

/**
 * Holds the sources of templates against the kit's rules on values that only a stack has, and the built templates
 * against CDK's offline rules and the standards. What takes long to start serves all templates.
 */
const work: Work = async function* (root, jobs) {
  const ofSources = tokenFaults(root, jobs);
  const standards = await everyStandard(root, new Date().toISOString().slice(0, 10));
  const validator = loadValidator(root);
  const engine = new validator.CompositeEngine();
  try {
    for (const job of jobs) {
      const path = join(outputFolder(job), 'template.yaml');
      const built = await outcomeOf(async () => {
        const yaml = readFileSync(join(root, path));
        return check(engine, validator, path, yaml, standardFaults(path, yaml, standards));
      });
      yield [job, withErrors(built, ofSources.get(job))];
    }
  } finally {
    engine.free();
  }
};

export const { single, batch } = executorOf(work);

function withErrors(outcome: Outcome, more: FaultError | undefined): Outcome {
  if (!more) return outcome;
  return { errors: [more, ...('errors' in outcome ? outcome.errors : [])] };
}

/**
 * @param broken findings of the standards
 * @returns the warnings, for the reader
 * @throws PluginError `template-refused` and `standard-broken` with every error
 */
function check(
  engine: Engine,
  { TemplateContent }: Validator,
  path: string,
  yaml: Uint8Array,
  broken: readonly PluginFault[],
): string {
  const { diagnostics } = engine.validateTemplate(new TemplateContent(yaml, path), {
    detailLevel: 'STANDARD',
    severityLevel: 'WARN',
  });
  const errors = diagnostics.filter(({ severity }) => severity !== 'WARN');
  const faults = [...errors.map((error) => faultOf(path, error)), ...broken];
  if (faults.length > 0) throw new PluginError(faults);
  return diagnostics.map((warning) => `${placeOf(path, warning)}: ${warning.ruleId} ${warning.message}`).join('\n');
}

function faultOf(path: string, diagnostic: Diagnostic): PluginFault {
  return {
    code: 'template-refused',
    where: placeOf(path, diagnostic),
    received: diagnostic.message,
    expected: `a template that keeps CloudFormation's rule ${diagnostic.ruleId}`,
    remedy: 'correct this property in template.ts',
  };
}

function placeOf(path: string, { entity, propertyPath, startLine }: Diagnostic): string {
  const line = startLine === undefined ? path : `${path}:${startLine}`;
  return [line, entity?.logicalId, propertyPath].filter(Boolean).join(' ');
}

function loadValidator(root: string): Validator {
  const cdk = createRequire(join(root, 'package.json')).resolve('aws-cdk-lib/package.json');
  return createRequire(cdk)('@aws/cloudformation-validate') as Validator;
}
