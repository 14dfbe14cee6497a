import type { Exception } from '@bitclouded/documents';
import { tableOf } from './with-section.ts';

/** What a template is excused from; undefined where it is from nothing. */
export function exceptionsSection(exceptions: readonly Exception[]): string | undefined {
  if (exceptions.length === 0) return undefined;
  const rows = exceptions.map(({ logicalId, standard, reason, review }) => [
    `\`${logicalId}\``,
    `[${standard}](../../../../docs/standards/${standard}.md)`,
    reason.replaceAll('|', '\\|'),
    review,
  ]);
  return `What it is excused from, why, and when somebody looks again:

${tableOf(['resource', 'standard', 'why', 'looked at again'], rows)}`;
}
