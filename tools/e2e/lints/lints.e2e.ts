import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findPaths, type Paths } from '../paths.ts';
import { runProgram } from '../run-program.ts';
import { cfnLint } from './cfn-lint.ts';
import { repositoryLints } from './repository-lints.ts';

let paths: Paths;

/** A repository of its own, with planted faults, checked by this repository's tools. */
beforeEach(async () => {
  paths = { ...findPaths(), repository: await mkdtemp(join(tmpdir(), 'bitclouded lints ')) };
  await runProgram('git', ['init', '--quiet'], { cwd: paths.repository });
});

afterEach(() => rm(paths.repository, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(paths.repository, name)), { recursive: true });
    await writeFile(join(paths.repository, name), text);
  }
}

async function findings(): Promise<Record<string, string[]>> {
  const lints = (await repositoryLints(paths)).filter((lint) => lint.files.length > 0);
  const found = await Promise.all(lints.map((lint) => lint.check()));
  return Object.fromEntries(
    lints.map((lint, index) => [
      lint.name,
      found[index]!.map(({ file, line, rule }) => `${file}:${line} ${rule}`).sort(),
    ]),
  );
}

describe('the lints of the repository', () => {
  it('find the planted faults, each in its file', async () => {
    await write({
      '.github/workflows/a.yml': [
        'on: push',
        'permissions: {}',
        'jobs:',
        '  a:',
        '    runs-on: ubuntu-nowhere',
        '    steps:',
        '      - uses: actions/checkout@v4',
        '        with: { persist-credentials: false }',
      ].join('\n'),
      'a.sh': '#!/bin/bash\ncd "$1"\n',
      'bin/tool': '#!/usr/bin/env bash\nx=1\n',
      'bin/note': 'cd $1\n',
      'packages/images/a/Dockerfile': 'FROM debian:12\nRUN cd /tmp\n',
    });
    expect(await findings()).toEqual({
      actionlint: ['.github/workflows/a.yml:5 runner-label'],
      zizmor: expect.arrayContaining(['.github/workflows/a.yml:7 unpinned-uses']),
      shellcheck: ['a.sh:2 SC2164', 'bin/tool:2 SC2034'],
      hadolint: expect.arrayContaining(['packages/images/a/Dockerfile:2 DL3003']),
    });
  });

  it('find nothing in good files', async () => {
    await write({ 'a.sh': '#!/bin/bash\ncd "$1" || exit 1\n' });
    expect(await findings()).toEqual({ shellcheck: [] });
  });

  it('leave out what git ignores', async () => {
    await write({ '.gitignore': 'dist/\n', 'dist/a.sh': '#!/bin/bash\ncd $1\n' });
    expect(await findings()).toEqual({});
  });
});

describe('cfn-lint', () => {
  const template = (properties: string) =>
    `Resources:\n  Logs:\n    Type: AWS::Logs::LogGroup\n    Properties: ${properties}\n`;

  it('finds the faults of many templates in one process', async () => {
    const [good, bad] = [join(paths.repository, 'good.yaml'), join(paths.repository, 'bad one.yaml')];
    await write({ 'good.yaml': template('{RetentionInDays: 30}'), 'bad one.yaml': template('{RetentionInDays: 31}') });
    const errors = (await cfnLint(paths, [good, bad])).filter((finding) => finding.level === 'error');
    expect(errors.map(({ file, line, rule }) => ({ file, line, rule }))).toEqual([
      { file: bad, line: 4, rule: 'E3030' },
    ]);
  });

  it('says nothing of no templates', async () => {
    expect(await cfnLint(paths, [])).toEqual([]);
  });

  it('fails when it cannot run', async () => {
    const missing = cfnLint({ ...paths, programs: '/nowhere' }, ['a.yaml']);
    await expect(missing).rejects.toMatchObject({ code: 'lint-failed' });
    await expect(missing).rejects.toThrow('npm run e2e:setup');
  });
});
