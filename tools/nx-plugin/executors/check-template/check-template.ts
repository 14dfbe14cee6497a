import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { FaultError } from '@bitclouded/documents';
import { outputFolder } from '../../output/unit-output.ts';
import { PluginError, type PluginFault } from '../../plugin-error.ts';
import { executorOf, type Outcome, outcomeOf, type Work } from '../unit-executor.ts';
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
 * against CDK's offline rules. Both engines take long to start, so one of each serves all templates.
 */
const work: Work = async function* (root, jobs) {
  const ofSources = tokenFaults(root, jobs);
  const validator = loadValidator(root);
  const engine = new validator.CompositeEngine();
  try {
    for (const job of jobs) {
      const path = join(outputFolder(job), 'template.yaml');
      const built = await outcomeOf(async () => check(engine, validator, path, readFileSync(join(root, path))));
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

/** @returns the warnings, for the reader; @throws PluginError `template-refused` with every error */
function check(engine: Engine, { TemplateContent }: Validator, path: string, yaml: Uint8Array): string {
  const { diagnostics } = engine.validateTemplate(new TemplateContent(yaml, path), {
    detailLevel: 'STANDARD',
    severityLevel: 'WARN',
  });
  const errors = diagnostics.filter(({ severity }) => severity !== 'WARN');
  if (errors.length > 0) throw new PluginError(errors.map((error) => faultOf(path, error)));
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
