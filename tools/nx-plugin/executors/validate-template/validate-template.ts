import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloudformationValidate, type EngineFinding } from '@bitclouded/standards/borrowed';
import { outputFolder } from '../../output/unit-output.ts';
import { PluginError, type PluginFault } from '../../plugin-error.ts';
import { executorOf, outcomeOf, type Work } from '../unit-executor.ts';

/**
 * Holds built templates against CloudFormation's own rules by the validator that comes with CDK. Its start costs more
 * than all templates together, so one engine serves all of them.
 */
const work: Work = async function* (root, jobs) {
  const templates = jobs.map((job) => {
    const file = join(outputFolder(job), 'template.yaml');
    return { job, file, bytes: readFileSync(join(root, file)) };
  });
  const { findings } = await cloudformationValidate([root], { notes: false }).check(templates);
  const byFile = Map.groupBy(findings, ({ file }) => file);
  for (const { job, file } of templates) yield [job, await outcomeOf(async () => judge(byFile.get(file) ?? []))];
};

export const { single, batch } = executorOf(work);

/**
 * @returns the warnings, for the reader
 * @throws PluginError `template-refused` with every error
 */
function judge(findings: readonly EngineFinding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new PluginError(errors.map(faultOf));
  return findings.map((warning) => `${placeOf(warning)}: ${warning.rule} ${warning.message}`).join('\n');
}

function faultOf(error: EngineFinding): PluginFault {
  return {
    code: 'template-refused',
    where: placeOf(error),
    received: error.message,
    expected: `a template that keeps CloudFormation's rule ${error.rule}`,
    remedy: `correct template.ts; ${error.remedy}`,
  };
}

function placeOf({ file, start, logicalId }: EngineFinding): string {
  return [start ? `${file}:${start.line}:${start.column}` : file, logicalId].filter(Boolean).join(' ');
}
