/** `node tools/packer/run.ts`: builds the pinned Packer once, and prints where it is. A program. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FaultError } from '@bitclouded/documents';
import { buildPacker, type Run } from './build-packer.ts';

const OUTPUT_BYTES = 16 * 1024 * 1024;
const repository = fileURLToPath(new URL('../..', import.meta.url));
const run: Run = (program, args, { cwd, env }) =>
  new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: OUTPUT_BYTES };
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({
        exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : undefined,
        stdout,
        stderr,
      }),
    );
  });
try {
  const packer = await buildPacker(repository, run, (step) => console.error(step));
  console.log(packer.program);
} catch (error) {
  if (!(error instanceof FaultError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
