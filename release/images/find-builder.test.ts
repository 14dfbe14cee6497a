import { findBuilder } from './find-builder.ts';
import type { Ended, RunTool } from './run-tool.ts';

const signal = new AbortController().signal;
const absent: Ended = { exitCode: undefined, failure: 'ENOENT', stdout: '', all: '' };
const works: Ended = { exitCode: 0, failure: undefined, stdout: '', all: '' };
const noDaemon: Ended = { exitCode: 1, failure: undefined, stdout: '', all: 'ERROR: Cannot connect to the daemon\n' };

const machine =
  (programs: Readonly<Record<string, Ended>>): RunTool =>
  async (program) =>
    programs[program] ?? absent;

test.each([
  ['buildah', { buildah: works, docker: works }],
  ['docker buildx', { docker: works }],
])('takes %s', async (name, programs) => {
  expect((await findBuilder(machine(programs), signal)).name).toBe(name);
});

test.each([
  ['docker buildx: not there', {}],
  ['docker buildx: ERROR: Cannot connect to the daemon', { docker: noDaemon }],
])('says what it did not find: %s', async (text, programs) => {
  await expect(findBuilder(machine(programs), signal)).rejects.toMatchObject({
    faults: [{ code: 'builder-missing', received: `buildah: not there; ${text}` }],
  });
});
