import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutSource } from '../../../release/images/layout.ts';
import { pushImage } from '../../../release/images/push-image.ts';
import { repositoryOf } from '../../../release/images/registry-address.ts';
import { openSession } from '../../../release/images/registry-session.ts';
import { type LayerFiles, writeImage } from '../../../release/testing/write-image.ts';

/**
 * Pushes an image with a shell and little else to a registry of a test, to build on or to mirror.
 * @param name `registry/repository:tag`
 * @param architectures in GOARCH's names; the shell is this machine's
 * @returns `registry/repository:tag@sha256:…`
 */
export async function pushShell(
  name: string,
  { architectures, files = {} }: { architectures: readonly string[]; files?: LayerFiles },
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-shell-'));
  try {
    const busybox = readFileSync('/bin/busybox');
    const programs = ['sh', 'cat', 'rm', 'id', 'test'].map((program) => [`bin/${program}`, busybox] as const);
    const layer = { ...Object.fromEntries(programs), ...files };
    const { digest } = await writeImage(folder, [layer], { architectures: [...architectures] });
    const [repository = '', tag = '1'] = name.split(/:(?=[^:/]*$)/);
    const session = openSession(repositoryOf(repository), async () => undefined);
    await pushImage({ source: layoutSource(folder), digest, session, tag }, new AbortController().signal);
    return `${name}@${digest}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}
