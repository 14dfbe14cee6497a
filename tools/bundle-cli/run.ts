/** `npm run bundle`: writes the command, with all that it needs, as a package into `dist/cli`. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultError } from '@bitclouded/documents';
import { bundleCli } from './bundle-cli.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(repository, 'dist/cli');
try {
  const files = await bundleCli(repository);
  rmSync(folder, { recursive: true, force: true });
  for (const { path, contents, isProgram } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
    if (isProgram) chmodSync(join(folder, path), 0o755);
  }
  console.log(`${files.length} files in dist/cli`);
} catch (error) {
  if (!(error instanceof FaultError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
