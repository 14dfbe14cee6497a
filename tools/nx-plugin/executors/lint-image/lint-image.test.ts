import type { Linters } from '../../inference/linters.ts';
import { runBatch } from '../../testing/run-batch.ts';
import { temporaryWorkspace } from '../../testing/temporary-workspace.ts';
import * as lintImage from './lint-image.ts';

const BASE = `example.com/base:1@sha256:${'a'.repeat(64)}`;
const GOOD = `FROM ${BASE}\nUSER 10001\n`;
/** Put together, so that this file holds none. */
const KEY = `AKIA${'ABCDEFGH234567IJ'}`;

async function lint(files: Record<string, string>, linters: Partial<Linters> = {}) {
  const folder = 'packages/images/box';
  const all = { 'image.ts': '', 'README.md': '', ...files };
  const root = temporaryWorkspace(
    Object.fromEntries(Object.entries(all).map(([file, text]) => [`${folder}/${file}`, text])),
  );
  const options = {
    lint: { files: Object.keys(all), linters: { setup: null, packer: [], required: false, ...linters } },
  };
  const results = await runBatch({ single: lintImage.single, batch: lintImage.batch }, root, { 'image/box': options });
  return results['image/box']!;
}

test('a folder in order passes, and is told what was not looked at', async () => {
  expect(await lint({ Dockerfile: GOOD })).toMatchObject({
    success: true,
    terminalOutput: 'packages/images/box was not looked at by hadolint and shellcheck: npm run e2e:setup\n',
  });
  expect(await lint({})).toMatchObject({ success: true, terminalOutput: '' });
});

test('in a pipeline a linter that is not there is a fault', async () => {
  const { success, terminalOutput } = await lint({ Dockerfile: GOOD }, { required: true });
  expect(success).toBe(false);
  expect(terminalOutput).toContain('linter-missing');
  expect(terminalOutput).toContain('npm run e2e:setup');
});

test('a secret in any file is named by its place, and never shown', async () => {
  const { success, terminalOutput } = await lint({ 'etc/app.conf': `# The key\nkey = ${KEY}\n` });
  expect(success).toBe(false);
  expect(terminalOutput).toContain('packages/images/box/etc/app.conf:2 no-secret');
  expect(terminalOutput).not.toContain(KEY);
});

test.each([
  ['#!/bin/bash\nset -euo pipefail\n', true],
  ['#!/bin/sh -eu\n', true],
  ['#!/usr/bin/env bash\nset -e\nset -u\n', true],
  // Taken in by another script, and follows it.
  ['echo hello\n', true],
  ['#!/usr/bin/env python3\nprint()\n', true],
  ['#!/bin/bash\nset -e\n', false],
  ['#!/bin/sh\necho hello\n', false],
])('%j ends where something fails: %s', async (script, success) => {
  expect((await lint({ 'bin/start': script })).success).toBe(success);
});

test('a rule is excused by a reason in the file, and by no less', async () => {
  const excused = (reason: string) => ({ 'bin/start': `#!/bin/sh\n# standard ignore=fails-early: ${reason}\n` });
  expect((await lint(excused('it goes on whatever its parts do'))).success).toBe(true);
  expect((await lint(excused('because'))).success).toBe(false);
});

test('everything is told at once', async () => {
  const { terminalOutput } = await lint({ Dockerfile: 'FROM debian:12\nENV API_KEY=x\n', 'a.sh': '#!/bin/sh\n' });
  for (const rule of ['pinned-base', 'no-secret-variable', 'numbered-user', 'fails-early'])
    expect(terminalOutput).toContain(rule);
});
