import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchBuild } from './build.ts';
import { benchCollection, missingIn } from './collection.ts';
import { benchLambdaStart } from './lambda-start.ts';
import { measureSuccess } from './measure.ts';
import { benchObjectStore } from './object-store.ts';
import { benchPlanted } from './planted.ts';
import { benchRelease } from './release.ts';
import { type Report, type Row, renderRows, within } from './report.ts';
import { benchStandards } from './standards.ts';
import { benchSynthesis } from './synthesis.ts';
import { benchWordpress } from './wordpress.ts';

const repository = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
/** The catalogue's size when it is complete, and what it is held to. */
const CATALOGUE = { templates: 55, lambdas: 14 };
const times = (factor: number) => ({ templates: CATALOGUE.templates * factor, lambdas: CATALOGUE.lambdas * factor });

const { values: flags, tokens } = parseArgs({
  options: { templates: { type: 'string' }, help: { type: 'boolean' } },
  allowPositionals: true,
  strict: false,
  tokens: true,
});
/** Names of benches; an option that is unknown stands among them, to be refused with them. */
const asked = tokens.flatMap((token) => {
  if (token.kind === 'positional') return [token.value];
  return token.kind === 'option' && !['templates', 'help'].includes(token.name) ? [token.rawName] : [];
});
const templates = typeof flags.templates === 'string' ? resolve(flags.templates) : undefined;

const benches: Readonly<Record<string, () => Promise<readonly Row[] | Report>>> = {
  async build() {
    const [cold, again, touched, affected] = (await benchBuild(repository, CATALOGUE)) as [Row, Row, Row, Row];
    return [within(cold, 10), within(again, 0.8), touched, within(affected, 2)];
  },
  async growth() {
    const small = await benchBuild(repository, CATALOGUE);
    const rows: Row[] = [small[0]!];
    for (const factor of [10, 20]) {
      const [cold, ...rest] = (await benchBuild(repository, times(factor))) as [Row, ...Row[]];
      const ratio = cold.wallMs / small[0]!.wallMs;
      const isMet = ratio <= 12 && !(cold.peakMiB > 1024);
      rows.push({
        ...cold,
        ratio: { to: 'the catalogue', value: ratio },
        ...(factor === 10 && { goal: { text: 'at most 12x the time and 1024 MiB', isMet } }),
      });
      rows.push(...rest);
    }
    return rows;
  },
  async synthesis() {
    const [together, apart] = (await benchSynthesis(repository, CATALOGUE.templates)) as [Row, Row];
    return [
      together,
      { ...apart, goal: { text: 'one process at least 20 times faster', isMet: apart.ratio!.value >= 20 } },
    ];
  },
  release: () => benchRelease(repository, CATALOGUE),
  'object-store': benchObjectStore,
  async functions() {
    await measureSuccess('npm', ['run', 'build'], { cwd: repository, env: { NX_DAEMON: 'false' } });
    return benchLambdaStart(repository);
  },
  async standards() {
    if (templates === undefined)
      await measureSuccess('npm', ['run', 'build'], { cwd: repository, env: { NX_DAEMON: 'false' } });
    return benchStandards(repository, templates);
  },
  planted: () => benchPlanted(repository),
  wordpress: benchWordpress,
  async collection() {
    const env = { NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false' };
    await measureSuccess('npx', ['nx', 'run-many', '-t', 'build', '-p', 'template/*'], { cwd: repository, env });
    return benchCollection(repository, templates!);
  },
};

const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0 || flags.help) {
  console.error(`usage: npm run bench -- [${Object.keys(benches).join(' | ')}]… [--templates <folder>]
Without a name all of them but \`collection\`. --templates is a folder of CloudFormation templates, a folder for each
collection in it, for the bench \`standards\`, or a checkout of widdix/aws-cf-templates for the bench \`collection\`.`);
  process.exit(flags.help ? 0 : 2);
}
if (asked.includes('collection')) {
  const missing = templates === undefined ? [] : missingIn(repository, templates);
  if (templates === undefined || missing.length > 0) {
    const lack = templates === undefined ? '--templates' : `${missing.join(', ')} in ${templates}`;
    console.error(`collection lacks ${lack}: give it --templates <a checkout of github.com/widdix/aws-cf-templates>`);
    process.exit(2);
  }
}
console.log(
  `${cpus().length} processors, Node ${process.version}. Wall time, and the peak of the processes' memory together.`,
);
for (const name of asked.length > 0 ? asked : Object.keys(benches).filter((each) => each !== 'collection')) {
  console.log(`\n${name}`);
  const report = await benches[name]!();
  if ('rows' in report) console.log(`${renderRows(report.rows)}\n\n${report.text}`);
  else console.log(renderRows(report));
}
