import type { Plan } from '@bitclouded/documents';

/** The most units of one verdict that are named; a page of GitHub's takes 1 MB. */
const NAMED_UNITS = 500;

/** What a release is and means, as Markdown: what somebody reads before approving it. */
export function describeRelease(plan: Plan, manifestSha256: string): string {
  const changed = plan.units.filter(({ verdict }) => verdict !== 'unchanged');
  const rows = changed.slice(0, NAMED_UNITS).map(({ kind, name, verdict, reasons, dependents }) => {
    const cells = [`${kind} ${name}`, verdict, reasons.join('; '), dependents.join(', ')];
    return `| ${cells.map(plainText).join(' | ')} |`;
  });
  const unnamed = changed.length - rows.length;
  return [
    `## ${plan.version} on ${plan.host}`,
    '',
    `Manifest \`${manifestSha256}\``,
    '',
    plan.comparedWith === null
      ? 'Compared with nothing: the host has no release before it.'
      : `Compared with ${plan.comparedWith}. The change asks for: ${plan.requiredBump}.`,
    '',
    '| unit | verdict | why | used by |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...(unnamed > 0 ? [`Changed units beside these: ${unnamed}`, ''] : []),
    `Unchanged units: ${plan.units.length - changed.length}`,
    ...plan.removed.map(({ kind, name }) => `- removed: ${kind} ${name}`),
    '',
  ].join('\n');
}

/** A reason quotes templates: in a cell it is text, whatever it holds. */
function plainText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/[\\`*_[\]<>()#!|&~@]/g, (character) => `&#${character.charCodeAt(0)};`);
}
