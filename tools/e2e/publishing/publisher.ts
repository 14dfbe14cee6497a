import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AwsHost } from '@bitclouded/documents';
import type { Bundle } from '../../../release/pack/read-bundle.ts';
import { type Contents, writeBundle } from '../../../release/testing/write-bundle.ts';
import { findPaths } from '../paths.ts';
import type { Credentials } from '../random-credentials.ts';
import { type Ended, runProgram } from '../run-program.ts';

/** A folder from which one host is published to, as a clone of the repository is. */
export interface Publisher {
  readonly workspace: string;
  readonly host: AwsHost;
  /** Makes the bundle that stands ready to be published. */
  pack(contents: Contents): Promise<Bundle>;
  /** Runs the release command: `publish`, `verify`, `promote`… */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}

/** Where the command's requests go, and who sends them. */
export function environmentOf(endpoint: string, credentials: Credentials): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    // Nothing of whoever runs the tests.
    AWS_PROFILE: '',
    AWS_SESSION_TOKEN: '',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Makes a workspace in a new folder of `root`, whose host is published to with this environment. */
export async function makePublisher(
  root: string,
  name: string,
  host: AwsHost,
  env: Readonly<Record<string, string>>,
): Promise<Publisher> {
  const { repository } = findPaths();
  const workspace = join(root, name);
  const { name: hostName, ...config } = host;
  await mkdir(workspace, { recursive: true });
  await writeFile(join(workspace, 'package.json'), '{"type":"module"}');
  const hosts = { [hostName]: config };
  await writeFile(join(workspace, 'bitclouded.config.ts'), `export default ${JSON.stringify({ hosts })};\n`);
  return {
    workspace,
    host,
    pack: (contents) => writeBundle(join(workspace, 'dist/release', hostName, 'bundle'), host, contents),
    run: (args, options = {}) =>
      runProgram(
        process.execPath,
        [...(options.nodeArgs ?? []), join(repository, 'release/bin.ts'), ...args, '--host', hostName],
        // Compiled once for all of the runs: they take half the time.
        { cwd: workspace, env: { ...env, NODE_COMPILE_CACHE: join(root, 'compiled'), ...options.env } },
      ),
  };
}
