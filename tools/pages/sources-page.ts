import type { StandardFacts } from '@bitclouded/standards';
import type { MeasuredLinter, PlantedMeasurement } from './planted-faults.ts';

/** The page that tells which standards are our own and which rules are others', and why. */
export function sourcesPage(standards: readonly StandardFacts[], measurement: PlantedMeasurement): string {
  const { faults, linters } = measurement;
  const total = Object.values(faults).reduce((sum, count) => sum + count, 0);
  return `# Where the rules come from

All ${new Set(standards.map(({ number }) => number)).size} standards are kept by rules of our own. They run at once and with nothing else installed, follow conditions, parameters and mappings, and are excused beside the resource by one kind of exception. What else CloudFormation asks of a template is not written again here: it is borrowed, and shown apart.

## Borrowed

| what | whose | where it runs | why not in \`check\` itself |
| --- | --- | --- | --- |
| CloudFormation's own form: types, properties, values, references, functions | \`@aws/cloudformation-validate\` (Apache-2.0), which comes with aws-cdk-lib | the target \`validate\`; \`bitclouded check --with cloudformation-validate\` | it takes seconds to start and some 400 MiB |
| your company's rules in the Guard language | the same | \`bitclouded check --guard <file>\` | the same |
| the same form by newer schemas, and rules of services | cfn-lint (MIT-0) | the end-to-end tests; \`--with cfn-lint\` | it needs Python, and a third of a second for a template |
| AWS's Well-Architected advice | cdk-nag's pack AwsSolutions (Apache-2.0) | \`--with cdk-nag\` | it sees what CDK can make constructs of, and gives up where a value is a parameter |
| policies over many kinds of code | checkov (Apache-2.0) | \`npm run bench -- standards\` alone | it needs Python and 400 MB, and asks a server for more unless it is told not to |

What a standard has found already is not shown again under another name; \`packages/standards/borrowed/same-rules.ts\` says which rules speak of the same thing.

## Measured

${total} faults of ${Object.keys(faults).length} standards were planted, one at a time, in templates without any. A linter finds a fault where a rule about it says something that it does not say of the mended template. The faults are those that our standards are about, so ours find all of them; what others find beyond is not counted here. \`npm run bench -- standards\` compares in both directions, on templates of others.

| linter | faults found | noticed by something else | templates not read |
| --- | --- | --- | --- |
${linters.map((linter) => row([`${linter.name} ${linter.version}`, ...countsOf(linter, total)])).join('\n')}

*Noticed* means that no rule speaks of the fault, but something is so because of it: a condition or parameter without use, a value that is in no list.

## Each standard

| row | standard | faults | found by others | only noticed | why it is our own |
| --- | --- | --- | --- | --- | --- |
${standards
  .toSorted((a, b) => a.number - b.number || (a.name < b.name ? -1 : 1))
  .map((standard) => standardRow(standard, measurement))
  .join('\n')}

Measured by \`npm run bench -- planted\`, which writes \`tools/pages/planted-faults.json\`; this page is made of it by \`npm run pages\`.
`;
}

function standardRow({ number, name, peers }: StandardFacts, { faults, linters }: PlantedMeasurement): string {
  const planted = faults[name];
  const cells = planted === undefined ? ['not measured', '', ''] : [planted, ...foundCells(name, planted, linters)];
  return row([number, `[${name}](${name}.md)`, ...cells, peers === 'none' ? 'no other has it' : peers]);
}

function foundCells(standard: string, planted: number, linters: readonly MeasuredLinter[]): string[] {
  const cellOf = (meant: boolean): string =>
    linters
      .flatMap(({ name, found }) => {
        const own = found.filter((one) => one.standard === standard && one.isMeant === meant);
        if (own.length === 0) return [];
        const rules = [...new Set(own.flatMap((one) => one.rules))].sort().join(', ');
        return [`${name} ${rules}${own.length < planted ? ` (${own.length} of ${planted})` : ''}`];
      })
      .join('; ');
  return [cellOf(true) || 'none', cellOf(false)];
}

function countsOf({ found, unread }: MeasuredLinter, total: number): string[] {
  const meant = found.filter(({ isMeant }) => isMeant).length;
  return [`${meant} of ${total}`, String(found.length - meant), String(unread)];
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}
