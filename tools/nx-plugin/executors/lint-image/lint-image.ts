import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretsIn } from '@bitclouded/documents';
import { PluginError, type PluginFault } from '../../plugin-error.ts';
import { executorOf, type Job, outcomeOf, type Work } from '../unit-executor.ts';
import { dockerfileFindings } from './dockerfile-standards.ts';
import type { Finding } from './finding.ts';
import { lintMachine } from './lint-machine.ts';
import { hadolint, shellcheck } from './run-linters.ts';
import { isShellScript, scriptFindings } from './script-standards.ts';

const PROGRAMS = 'tools/e2e/.venv/bin';

/** Holds an image's folder against the standards of `docs/images.md`, hadolint, shellcheck and Packer. */
const work: Work = async function* (root, jobs) {
  for (const job of jobs) yield [job, await outcomeOf(() => lint(root, job))];
};

export const { single, batch } = executorOf(work);

interface File {
  readonly file: string;
  readonly bytes: Buffer;
  readonly text: string;
}

/** @returns what was not looked at @throws PluginError `standard-broken`, `linter-missing`, `linter-failed` */
async function lint(root: string, { folder, lint }: Job): Promise<string | undefined> {
  const { files, linters } = lint!;
  const read = files.map((file): File => {
    const bytes = readFileSync(join(root, folder, file));
    return { file, bytes, text: bytes.toString('latin1') };
  });
  const dockerfiles = read.filter(({ file }) => /(?:^|\/)(?:[^/]+\.)?Dockerfile(?:\.[^/]+)?$/.test(file));
  const scripts = read.filter(({ file, text }) => isShellScript(file, text));
  const findings = [
    ...read.flatMap(secretFindings),
    ...dockerfiles.flatMap(({ file, text }) => unexcused(text, dockerfileFindings(file, text))),
    ...scripts.flatMap(({ file, text }) => unexcused(text, scriptFindings(file, text))),
  ];
  const missing: string[] = [];
  if (linters.setup !== null) {
    const cwd = join(root, folder);
    const programs = join(root, PROGRAMS);
    findings.push(
      ...(await hadolint(
        programs,
        cwd,
        dockerfiles.map(({ file }) => file),
      )),
    );
    findings.push(
      ...(await shellcheck(
        programs,
        cwd,
        scripts.map(({ file }) => file),
      )),
    );
  } else if (dockerfiles.length + scripts.length > 0) missing.push('hadolint and shellcheck: npm run e2e:setup');
  if (files.includes('image.pkr.hcl')) {
    const machine = await lintMachine(root, folder, files);
    if ('missing' in machine) missing.push(`Packer: ${machine.missing}`);
    else findings.push(...machine);
  }
  const faults = findings.map((finding) => faultOf(folder, finding));
  if (linters.required) faults.push(...missing.map((what) => missingFault(folder, what)));
  if (faults.length > 0) throw new PluginError(faults);
  return missing.length === 0 ? undefined : `${folder} was not looked at by ${missing.join(', nor by ')}`;
}

/** Without those that the file itself excuses: `# standard ignore=<rule>: <why, 20 characters or more>`. */
function unexcused(text: string, findings: readonly Finding[]): readonly Finding[] {
  const excused = new Set([...text.matchAll(/^\s*# standard ignore=([a-z-]+): \S.{19}/gm)].map(([, rule]) => rule));
  return findings
    .filter(({ rule }) => !excused.has(rule))
    .map((finding) => ({
      ...finding,
      remedy: `${finding.remedy}; or say why it is right here: # standard ignore=${finding.rule}: …`,
    }));
}

function secretFindings({ file, bytes }: File): Finding[] {
  return secretsIn(bytes).map(({ kind, line }) => ({
    ...{ file, line, rule: 'no-secret', received: kind },
    expected: 'no secret in the repository',
    remedy: 'take it out, and revoke it: it stays in the history of the repository',
  }));
}

function faultOf(folder: string, { file, line, rule, received, expected, remedy }: Finding): PluginFault {
  const place = line === 0 ? `${folder}/${file}` : `${folder}/${file}:${line}`;
  return { code: 'standard-broken', where: `${place} ${rule}`, received, expected, remedy };
}

function missingFault(where: string, what: string): PluginFault {
  const [name, remedy] = what.split(': ') as [string, string];
  return {
    code: 'linter-missing',
    where,
    received: `no ${name}`,
    expected: `${name}, in a pipeline (CI=true)`,
    remedy,
  };
}
