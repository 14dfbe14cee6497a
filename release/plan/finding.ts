import type { Verdict } from '@bitclouded/documents';

/** What a change can mean for a stack, from the least to the worst. */
export const SEVERITIES = ['safe', 'interrupts', 'replaces', 'breaking'] as const satisfies readonly Verdict[];
export type Severity = (typeof SEVERITIES)[number];

/** One change, and what it means for a stack that exists. */
export interface Finding {
  readonly severity: Severity;
  /** One sentence, for whoever upgrades. */
  readonly reason: string;
  /** It gives users something that they did not have: a parameter, an output. */
  readonly additive?: boolean;
}

/** The worst first, then by the alphabet; each reason once. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const unique = new Map(findings.map((finding) => [`${finding.severity} ${finding.reason}`, finding]));
  return [...unique.values()].sort(
    (a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || (a.reason < b.reason ? -1 : 1),
  );
}
