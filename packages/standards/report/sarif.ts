import type { BorrowedRun } from '../borrowed/borrow.ts';
import type { BorrowedFinding } from '../borrowed/borrowed-finding.ts';
import type { Excused } from '../exceptions.ts';
import type { Finding, StandardFacts } from '../finding.ts';
import type { PlacedFault } from '../standards-error.ts';
import { type CheckedFile, isChecked } from './checked-file.ts';

/**
 * A run as SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"), for code scanning.
 * What exceptions excuse is there as suppressed; what is no template, as a notification of the tool.
 * @param facts every standard that was held, and that of exceptions
 * @param engines those of other projects; each is a run of its own
 */
export function sarifLog(
  files: readonly CheckedFile[],
  facts: readonly StandardFacts[],
  engines: readonly BorrowedRun[] = [],
): Record<string, unknown> {
  const rules = new Map(facts.map(({ name }, index) => [name, index]));
  const checked = files.filter(isChecked);
  const errors = files.flatMap((file) => (isChecked(file) ? [] : file.error.faults));
  const resultsOf = (findings: readonly (Finding | Excused)[]) =>
    findings.map((finding) => resultOf(finding, rules.get(finding.standard) ?? -1));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'bitclouded check', rules: facts.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: errors.length === 0,
            toolExecutionNotifications: [
              ...errors.map((fault) => ({
                level: 'error',
                message: { text: `${fault.code}: received ${fault.received}, expected ${fault.expected}` },
                descriptor: { id: fault.code },
                ...('line' in fault && { locations: [locationOf(fault)] }),
              })),
              ...checked.flatMap(({ file, limited }) =>
                limited.map((name) => ({
                  level: 'warning',
                  message: { text: `${name} found more in ${file} than is reported` },
                  descriptor: { id: 'findings-limited' },
                  locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
                })),
              ),
            ],
          },
        ],
        results: checked.flatMap((file) => [...resultsOf(file.findings), ...resultsOf(file.excused)]),
      },
      ...engines.map(engineRun),
    ],
  };
}

/** An engine's run has its own rules by their own names, and what is not shown again already. */
function engineRun({ name, version, findings, unread }: BorrowedRun) {
  const rules = new Map(findings.map((finding) => [finding.rule, finding]));
  const ids = [...rules.keys()];
  return {
    tool: { driver: { name, version, rules: [...rules.values()].map(borrowedRuleOf) } },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: unread.length === 0,
        toolExecutionNotifications: unread.map(({ file, why }) => ({
          level: 'warning',
          message: { text: `${file} was not read: ${why}` },
          locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
        })),
      },
    ],
    results: findings.map((finding) => ({ ...resultOf(finding, ids.indexOf(finding.rule)), ruleId: finding.rule })),
  };
}

function borrowedRuleOf({ rule, title, severity, url }: BorrowedFinding) {
  return {
    id: rule,
    shortDescription: { text: title },
    ...(url !== undefined && { helpUri: url }),
    defaultConfiguration: { level: severity },
    properties: { tags: ['cloudformation'] },
  };
}

function ruleOf({ name, number, title, why, remedy, source, severity, audience }: StandardFacts) {
  return {
    id: name,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why} ${remedy}. Source: ${source}.` },
    defaultConfiguration: { level: severity },
    properties: { number, audience, tags: ['cloudformation'] },
  };
}

function resultOf(finding: Finding | Excused, ruleIndex: number) {
  const { standard, severity, message, condition, resource } = finding;
  return {
    ruleId: standard,
    ruleIndex,
    level: severity,
    message: { text: `${message}${condition === '' ? '' : `, when ${condition}`}. ${finding.remedy}.` },
    locations: [
      {
        ...locationOf(finding),
        ...(resource && {
          logicalLocations: [
            { name: resource.logicalId, fullyQualifiedName: `Resources/${resource.logicalId}`, kind: 'resource' },
          ],
        }),
      },
    ],
    ...('reason' in finding && {
      suppressions: [{ kind: 'inSource', status: 'accepted', justification: finding.reason }],
    }),
  };
}

function locationOf(at: Finding | PlacedFault) {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(at.file) },
      region: {
        startLine: at.line,
        startColumn: at.column,
        ...('excerpt' in at && { endLine: at.endLine, endColumn: at.endColumn }),
      },
    },
  };
}

function uriOf(file: string): string {
  return file.split(/[\\/]/).map(encodeURIComponent).join('/');
}
