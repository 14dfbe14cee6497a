import type { Finding } from '../finding.ts';
import { Template } from '../model/template.ts';
import type { Engine, EngineFinding, EngineName, GivenTemplate } from './engine.ts';

/** What another project's linter found, in the form of our findings. */
export interface BorrowedFinding extends Finding {
  readonly engine: EngineName;
  /** The engine's own name of the rule; `standard` has the engine's name before it, `cfn-lint/E3012`. */
  readonly rule: string;
  readonly title: string;
  readonly url: string | undefined;
}

/** Gives an engine's findings the form and the places of ours: columns in UTF-16 code units, an excerpt, the type. */
export function placeFindings(
  { name }: Pick<Engine, 'name'>,
  findings: readonly EngineFinding[],
  templates: readonly GivenTemplate[],
): BorrowedFinding[] {
  const byFile = Map.groupBy(findings, ({ file }) => file);
  return templates.flatMap(({ file, bytes }) => {
    const own = byFile.get(file) ?? [];
    if (own.length === 0) return [];
    const template = Template.read(bytes, file);
    return own.map((finding) => place(name, finding, template)).sort((a, b) => a.line - b.line || a.column - b.column);
  });
}

function place(engine: EngineName, finding: EngineFinding, { source, resources }: Template): BorrowedFinding {
  const { rule, title, severity, message, remedy, url, file, logicalId, condition, start, end } = finding;
  const resource = logicalId === undefined ? undefined : resources.get(logicalId);
  const offset = (at: { line: number; column: number }): number => {
    const lineStart = source.offsetOf(at.line, 1);
    const line = source.text.slice(lineStart, source.offsetOf(at.line + 1, 1));
    return lineStart + [...line].slice(0, at.column - 1).join('').length;
  };
  const from = start ? offset(start) : (resource?.place.start ?? 0);
  const to = end ? offset(end) : (resource?.place.end ?? 0);
  const at = source.positionOf(from);
  const until = source.positionOf(Math.max(from, to));
  const excerpt = source.excerptAt(from);
  return {
    standard: `${engine}/${rule}`,
    number: 0,
    severity,
    message,
    remedy,
    resource: logicalId === undefined ? undefined : { logicalId, type: resource?.type ?? 'of an unknown type' },
    condition,
    file,
    ...at,
    endLine: until.line,
    endColumn: Math.max(until.line === at.line ? until.column : excerpt.column + excerpt.text.length, at.column + 1),
    excerpt,
    engine,
    rule,
    title,
    url,
  };
}
