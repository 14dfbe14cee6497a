import type { PendingChange, PendingChanges } from '../version/read-changesets.ts';

const TITLE = '# Changelog';
const GROUPS: readonly (readonly [PendingChange['bump'], string])[] = [
  ['major', 'What breaks'],
  ['minor', 'What is new'],
  ['patch', 'What is better'],
];

/**
 * The changelog with the entry of a version on top, or in the place of an entry that the version has already,
 * so that a run that was cut off can be repeated.
 */
export function addEntry(changelog: string, pending: PendingChanges): string {
  const entry = entryOf(pending);
  const [head = '', ...entries] = changelog.split(/^(?=## )/m);
  const others = entries.filter((text) => text.split('\n', 1)[0]!.trim() !== `## ${pending.version}`);
  const title = head.trim() === '' ? TITLE : head.trim();
  return `${[title, entry, ...others.map((text) => text.trim())].join('\n\n')}\n`;
}

function entryOf({ version, changes }: PendingChanges): string {
  const groups = GROUPS.flatMap(([bump, heading]) => {
    const items = changes
      .filter((change) => change.bump === bump)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ summary }) => item(summary));
    return items.length === 0 ? [] : [`### ${heading}\n\n${items.join('\n')}`];
  });
  return [`## ${version}`, ...groups].join('\n\n');
}

/** A list item; further lines of the summary belong to it. */
function item(summary: string): string {
  const [first, ...rest] = summary.trim().split('\n');
  return [`- ${first}`, ...rest.map((line) => (line.trim() === '' ? '' : `  ${line}`))].join('\n');
}
