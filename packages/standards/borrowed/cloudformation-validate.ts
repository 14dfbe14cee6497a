import type { Severity } from '../standard.ts';
import { StandardsError } from '../standards-error.ts';
import { type Engine, type EngineFinding, type EngineOptions, type GivenTemplate, withoutStop } from './engine.ts';
import { engineMissing, findPackage, type Resolved } from './resolve-package.ts';

/** The part of the package that is used here. Its README, "Report Types", describes it. */
interface Validator {
  readonly CompositeEngine: new (config: { readonly guardRules: readonly GuardRules[] }) => ValidatorEngine;
  readonly TemplateContent: new (content: Uint8Array, name: string) => object;
}
interface ValidatorEngine {
  validateTemplate(
    template: object,
    config: { readonly detailLevel: 'DETAILED'; readonly severityLevel: 'INFO' | 'WARN' },
  ): { readonly diagnostics: readonly Diagnostic[] };
  listRules(): readonly { readonly id: string }[];
  free(): void;
}
interface Diagnostic {
  readonly ruleId: string;
  readonly severity: 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';
  readonly message: string;
  readonly source: string;
  readonly entity?: { readonly logicalId: string; readonly entityType: string };
  readonly propertyPath?: string;
  readonly suggestedFix?: string;
  readonly startLine?: number;
  readonly startColumn?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly conditionScenario?: Readonly<Record<string, boolean>>;
  readonly documentationUrl?: string;
  readonly ruleDescription?: string;
}

/** A file of rules in the Guard language, to be held beside the engine's own. */
export interface GuardRules {
  readonly name: string;
  readonly content: string;
}

const SEVERITIES: Readonly<Record<Diagnostic['severity'], Severity>> = {
  FATAL: 'error',
  ERROR: 'error',
  WARN: 'warning',
  INFO: 'note',
  DEBUG: 'note',
};

/**
 * AWS's offline validator, `@aws/cloudformation-validate`: alone, or as CDK brings it.
 * It takes a second or two to start and half a gigabyte, and milliseconds for a template.
 * @param folders where to look for it, the first first
 * @throws StandardsError engine-missing; guard-invalid where rules do not parse
 */
export function cloudformationValidate(
  folders: readonly string[],
  { notes, guard = [] }: EngineOptions & { readonly guard?: readonly GuardRules[] },
): Engine & { rules(): string[] } {
  const { require, version } = findValidator(folders);
  const { CompositeEngine, TemplateContent } = require('@aws/cloudformation-validate') as Validator;
  const checked = guardChecked(guard, (rules) => new CompositeEngine({ guardRules: rules }).free());
  return {
    name: 'cloudformation-validate',
    version,
    async check(templates) {
      const engine = new CompositeEngine({ guardRules: checked });
      try {
        const findings = templates.flatMap((template) =>
          engine
            .validateTemplate(new TemplateContent(template.bytes, template.file), {
              detailLevel: 'DETAILED',
              severityLevel: notes ? 'INFO' : 'WARN',
            })
            .diagnostics.map((diagnostic) => findingOf(diagnostic, template)),
        );
        return { findings, unread: [] };
      } finally {
        engine.free();
      }
    },
    /** The names of all its rules, and of the Guard rules. */
    rules() {
      const engine = new CompositeEngine({ guardRules: checked });
      try {
        return engine.listRules().map(({ id }) => id);
      } finally {
        engine.free();
      }
    },
  };
}

function findValidator(folders: readonly string[]): Resolved {
  const name = '@aws/cloudformation-validate';
  const found = findPackage(folders, [name]) ?? findPackage(folders, ['aws-cdk-lib', name]);
  if (found) return found;
  throw engineMissing(
    'cloudformation-validate',
    `neither ${name} nor an aws-cdk-lib that brings it, from ${folders.join(' or ')}`,
    `npm install --save-dev ${name}`,
  );
}

/** Rules that do not parse are told apart from each other: every faulty file is named. */
function guardChecked(guard: readonly GuardRules[], parse: (rules: readonly GuardRules[]) => void) {
  const faults = guard.flatMap((rules) => {
    try {
      parse([rules]);
      return [];
    } catch (error) {
      // The engine throws a failure to parse as a plain string (its README, "Quick start").
      if (typeof error !== 'string') throw error;
      return [
        {
          code: 'guard-invalid' as const,
          where: rules.name,
          received: error,
          expected: 'rules in the Guard language',
          remedy: 'correct the rules; the language is described in github.com/aws-cloudformation/cloudformation-guard',
        },
      ];
    }
  });
  if (faults.length > 0) throw new StandardsError(faults);
  return guard;
}

function findingOf(diagnostic: Diagnostic, { file }: GivenTemplate): EngineFinding {
  const { ruleId, severity, message, entity, propertyPath, startLine, endLine } = diagnostic;
  return {
    rule: ruleId,
    title: withoutStop(diagnostic.ruleDescription ?? message),
    severity: SEVERITIES[severity],
    message: withoutStop(propertyPath === undefined ? message : `${propertyPath}: ${message}`),
    remedy: withoutStop(diagnostic.suggestedFix ?? `Keep the rule ${ruleId}: ${diagnostic.ruleDescription ?? ''}`),
    url: diagnostic.documentationUrl,
    file,
    logicalId: entity?.entityType === 'Resource' ? entity.logicalId : undefined,
    condition: Object.entries(diagnostic.conditionScenario ?? {})
      .map(([name, holds]) => (holds ? name : `not ${name}`))
      .join(' and '),
    start: startLine === undefined ? undefined : { line: startLine, column: diagnostic.startColumn ?? 1 },
    end: endLine === undefined ? undefined : { line: endLine, column: diagnostic.endColumn ?? 1 },
  };
}
