import type { StandardFacts } from '../finding.ts';
import { exampleLines } from './example-lines.ts';

/** The page of one standard, as Markdown. */
export function standardPage({
  name,
  number,
  title,
  why,
  remedy,
  source,
  peers,
  audience,
  severity,
  examples,
}: StandardFacts): string {
  return `${[
    `# ${name}`,
    `${title}.`,
    `Standard ${number}; ${severity}; ${audienceText(audience)}.`,
    `**Why.** ${why}`,
    `**Mend.** ${remedy}.`,
    `**Source.** ${source}.`,
    `**Other linters.** ${peers}.`,
    '## Kept',
    ...examples.good.map(block),
    '## Not kept',
    ...examples.bad.map(block),
  ]
    .join('\n\n')
    .replace(/\.\.(?=\n|$)/g, '.')}\n`;
}

/** The index of all standards, by number: what each says, for whom, and which linter has the like. */
export function standardsIndex(standards: readonly StandardFacts[]): string {
  const rows = standards
    .toSorted((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1))
    .map(
      ({ number, name, title, severity, audience, peers }) =>
        `| ${[number, `[${name}](${name}.md)`, title, severity, audience, peers].map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`,
    );
  return `# Standards

Each is a check of any CloudFormation template: \`bitclouded check <files or folders>\`. Those for everyone are the profile \`public\`; with those of the house they are the profile \`all\`, which this catalogue keeps. [Where the rules come from](sources.md) tells what other linters find of the same faults, and what is borrowed from them.

| number | standard | what holds | severity | for | other linters |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function audienceText(audience: StandardFacts['audience']): string {
  return audience === 'everyone'
    ? 'for everyone (profiles `public` and `all`)'
    : 'a convention of this catalogue (profile `all`)';
}

function block(yaml: string): string {
  return ['```yaml', ...exampleLines(yaml), '```'].join('\n');
}
