import type { Fault } from '@bitclouded/documents';
import { KitError, type KitErrorCode } from '../kit-error.ts';
import type { Evaluator, Json } from './evaluator.ts';

interface Rule {
  readonly RuleCondition?: Json;
  readonly Assertions: readonly { readonly Assert: Json; readonly AssertDescription?: string }[];
}

/**
 * Decides a template's Rules as CloudFormation does before it makes a stack.
 * Source: CloudFormation User Guide, "Rules section" and "Rule-specific intrinsic functions".
 * @throws KitError `rule-failed` with every assertion that does not hold
 */
export function evaluateRules(
  where: string,
  rules: Readonly<Record<string, Json>>,
  parameters: Readonly<Record<string, Json>>,
  evaluator: Evaluator,
): void {
  const faults: Fault<KitErrorCode>[] = [];
  for (const [name, rule] of Object.entries(rules) as unknown as [string, Rule][]) {
    if (rule.RuleCondition !== undefined && !holds(rule.RuleCondition)) continue;
    for (const { Assert, AssertDescription } of rule.Assertions)
      if (!holds(Assert))
        faults.push({
          code: 'rule-failed',
          where: `${where}, rule ${name}`,
          received:
            Object.entries(parameters)
              .map(([key, value]) => `${key}=${String(value)}`)
              .join(' ') || 'no parameters',
          expected: AssertDescription ?? JSON.stringify(Assert),
          remedy: 'give parameters that the rule allows',
        });
  }
  if (faults.length > 0) throw new KitError(faults);

  function holds(expression: Json): boolean {
    const [[name, argument] = ['', null]] = Object.entries(expression as Record<string, Json>);
    const list = argument as readonly Json[];
    if (name === 'Fn::And') return list.every(holds);
    if (name === 'Fn::Or') return list.some(holds);
    if (name === 'Fn::Not') return !holds(list[0]!);
    if (name === 'Fn::Contains')
      return (evaluator.value(list[0]!) as readonly Json[]).map(String).includes(String(evaluator.value(list[1]!)));
    return evaluator.truth(expression);
  }
}
