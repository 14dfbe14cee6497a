import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeStageDocument } from '../../../release/stage-documents.ts';
import { awsTestHost } from '../../../release/testing/aws-host.ts';
import { planFirst } from '../../../release/testing/plan-dist.ts';
import { VPC } from '../../../release/testing/write-dist.ts';
import { findPaths } from '../paths.ts';
import { runProgram } from '../run-program.ts';
import { makePublisher } from './publisher.ts';

/** In blocks of 512 bytes, for any one file: less than the function below. */
const LIMIT_BLOCKS = 512;

it('ends with a typed message where no more can be written while it packs, and packs when there is room', async () => {
  const root = await mkdtemp(join(tmpdir(), 'bitclouded-full-'));
  try {
    const { workspace, host, run } = await makePublisher(root, 'one', awsTestHost(), {});
    const units = [
      { kind: 'lambda', name: 'router', code: 'x'.repeat(1024 * 1024) },
      { kind: 'template', name: 'networking/vpc', text: VPC },
    ] as const;
    const { plan } = await planFirst(join(workspace, 'dist'), units, host);
    const stage = join(workspace, 'dist/release', host.name);
    await writeStageDocument(stage, 'plan', plan);

    // The signal is left out, so that the write fails as it does on a full disk.
    const limited = `trap '' XFSZ; ulimit -f ${LIMIT_BLOCKS}; exec "$0" "$@"`;
    const command = [process.execPath, join(findPaths().repository, 'release/bin.ts'), 'pack', '--host', host.name];
    const { exitCode, stderr } = await runProgram('sh', ['-c', limited, ...command], { cwd: workspace });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 });
    expect(stderr).toMatch(/: workspace-unwritable\n\s+received .*EFBIG/);
    expect(stderr).not.toMatch(/^\s+at |not foreseen/m);
    expect(await readdir(stage)).toEqual(['plan.json']);

    expect(await run(['pack'])).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(stage, 'bundle'))).toBe(true);
  } finally {
    await rm(root, { recursive: true });
  }
});
