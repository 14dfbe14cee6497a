import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { worksIn } from './collection-works.ts';

const TABLE = `| work | theirs | ours |
| --- | --- | --- |
| network | \`vpc/vpc-3azs\`, \`vpc/vpc-flow-logs\` | \`networking/vpc\` |
| database | \`state/rds-mysql\` | \`datastore/rds\` |
`;

test('the page says which templates do a work, and other tables of it do not', () => {
  const other = '| feature | theirs | ours |\n| --- | --- | --- |\n| NAT | `a` | `b` |\n';
  expect(worksIn(`# Title\n\n${other}\n${TABLE}\nText\n\n${other}`)).toEqual([
    { name: 'network', theirs: ['vpc/vpc-3azs', 'vpc/vpc-flow-logs'], ours: ['networking/vpc'] },
    { name: 'database', theirs: ['state/rds-mysql'], ours: ['datastore/rds'] },
  ]);
  expect(worksIn(TABLE.trimEnd())).toHaveLength(2);
});

test.each([
  ['has no such table', '# Title\n', 'no table with the columns work, theirs, ours'],
  ['has it empty', TABLE.split('\n').slice(0, 2).join('\n'), 'a side of the table'],
  ['forgot a side', TABLE.replace('`datastore/rds`', 'datastore/rds'), 'a side of database'],
])('a page that %s is refused', (_, page, why) => {
  expect(() => worksIn(page)).toThrow(why);
});

test('those of the page itself are read', () => {
  const works = worksIn(readFileSync(join(__dirname, '../docs/comparison.md'), 'utf8'));
  expect(works.map(({ name }) => name)).toEqual(expect.arrayContaining(['network', 'WordPress']));
});
