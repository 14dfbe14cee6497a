import type { TemplateInterface } from '@bitclouded/documents';
import { parameterChanges } from './parameter-changes.ts';
import { tableOf } from './with-section.ts';

/** More names than these say no more than their number. */
const NAMED = 4;

/** What the change of each parameter does to the stack; undefined for a template whose parameters reach no resource. */
export function changesSection(
  template: Readonly<Record<string, unknown>>,
  { resources }: Pick<TemplateInterface, 'resources'>,
): string | undefined {
  const stateful = new Set(resources.filter((resource) => resource.stateful).map(({ logicalId }) => logicalId));
  const cell = (logicalIds: readonly string[]): string => {
    const kept = logicalIds.filter((logicalId) => stateful.has(logicalId)).map((logicalId) => `**\`${logicalId}\`**`);
    const rest = logicalIds.filter((logicalId) => !stateful.has(logicalId)).map((logicalId) => `\`${logicalId}\``);
    const named = [...kept, ...rest].slice(0, Math.max(kept.length, NAMED));
    const more = logicalIds.length - named.length;
    return more === 0 ? named.join(', ') : `${named.join(', ')} and ${more} more`;
  };
  const rows = parameterChanges(template).map(({ parameter, inPlace, mayReplace, replaces, adds }) => [
    `\`${parameter}\``,
    ...[inPlace, mayReplace, replaces, adds].map(cell),
  ]);
  const telling = rows.filter(([, ...cells]) => cells.some((each) => each !== ''));
  if (telling.length === 0) return undefined;
  const about = 'The most that an update of each parameter can do; what holds data is in bold type.';
  const head = ['parameter', 'updates', 'may interrupt or replace', 'replaces', 'makes or takes away'];
  return `${about}\n\n${tableOf(head, telling)}`;
}
