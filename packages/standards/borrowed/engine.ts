import type { Severity } from '../standard.ts';

/** Other projects' linters that run behind our report. */
export const engineNames = ['cloudformation-validate', 'cfn-lint', 'cdk-nag'] as const;
export type EngineName = (typeof engineNames)[number];

/** A template as an engine is given it: its bytes, and what messages call it. */
export interface GivenTemplate {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** What an engine found, in its own words. Places it may leave out; lines and columns count from 1, columns in code points. */
export interface EngineFinding {
  /** The engine's own name of the rule. */
  readonly rule: string;
  /** What the rule is about; the same for all of its findings. */
  readonly title: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
  readonly url?: string | undefined;
  readonly file: string;
  readonly logicalId?: string | undefined;
  /** As in our findings: `IsProd and not HasKey`, or empty. */
  readonly condition: string;
  readonly start?: { readonly line: number; readonly column: number } | undefined;
  readonly end?: { readonly line: number; readonly column: number } | undefined;
}

export interface EngineResult {
  readonly findings: readonly EngineFinding[];
  /** Templates that the engine cannot read though they are templates. */
  readonly unread: readonly { readonly file: string; readonly why: string }[];
}

/** A linter of another project. Starting it may take seconds, so it takes all templates of a run at once. */
export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  /** @throws StandardsError engine-failed where it does not do its work */
  check(templates: readonly GivenTemplate[]): Promise<EngineResult>;
}

/** How much an engine is asked for. */
export interface EngineOptions {
  /** Also what the engine calls informational. */
  readonly notes: boolean;
}

/** A sentence as our messages have it: without a full stop. */
export function withoutStop(text: string): string {
  return text.trim().replace(/\.$/, '');
}
