import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../run-program.ts';

/**
 * Gives Buildah storage and registries of a test alone, by this process's environment; a chroot needs no rights over
 * the machine's control groups.
 * @param registry as references name it: it is spoken to in the clear
 * @returns what removes its containers, also what belongs to their users, and gives the environment back
 */
export async function useOwnStore(folder: string, registry: string): Promise<() => Promise<void>> {
  const before = { ...process.env };
  const at = (name: string): string => join(folder, name);
  const registries = `unqualified-search-registries = []\n[[registry]]\nlocation = "${registry}"\ninsecure = true\n`;
  await writeFile(at('registries.conf'), registries);
  const storage = `[storage]\ndriver = "vfs"\ngraphroot = "${at('graph')}"\nrunroot = "${at('run')}"\n`;
  await writeFile(at('storage.conf'), storage);
  process.env.CONTAINERS_REGISTRIES_CONF = at('registries.conf');
  process.env.CONTAINERS_STORAGE_CONF = at('storage.conf');
  process.env.BUILDAH_ISOLATION = 'chroot';
  return async () => {
    await runProgram('buildah', ['rm', '--all']);
    process.env = before;
  };
}
