import type { Assumptions } from './conditions.ts';

/**
 * Whether two things that stand under conditions may stand at once: nothing that the one assumes contradicts the
 * other.
 */
export function mayStandTogether(one: Assumptions, other: Assumptions): boolean {
  for (const [name, holds] of one.truths) if (other.truths.get(name) === !holds) return false;
  for (const [parameter, value] of one.equal) {
    const equal = other.equal.get(parameter);
    if (equal !== undefined && equal !== value) return false;
    if (other.unequal.get(parameter)?.has(value)) return false;
  }
  for (const [parameter, value] of other.equal) if (one.unequal.get(parameter)?.has(value)) return false;
  return true;
}
