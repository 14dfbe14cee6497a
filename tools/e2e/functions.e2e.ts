import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildUnits } from './build-units.ts';
import { findPaths } from './paths.ts';
import { runProgram } from './run-program.ts';
import { builtFunctions, unzipFunction } from './unzipped-function.ts';

/** What a function with the SDK from the runtime may weigh, in bytes. */
const LARGEST_ZIP_BYTES = 25 * 1024;
/** What one may weigh that brings the drivers of databases, which the runtime has not. */
const LARGEST_ZIP_WITH_DRIVERS_BYTES = 420 * 1024;
/** The door of the kit that has them. */
const DRIVERS = "from '@bitclouded/kit/databases'";
const { repository } = findPaths();

describe('built functions', () => {
  beforeAll(() => buildUnits(repository));

  it('are small, and load from an empty folder by the name of their handler', async () => {
    const names = builtFunctions(repository);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const unzipped = unzipFunction(repository, name);
      try {
        const limit = bringsDrivers(name) ? LARGEST_ZIP_WITH_DRIVERS_BYTES : LARGEST_ZIP_BYTES;
        expect({ name, isSmall: unzipped.zipBytes <= limit }).toEqual({ name, isSmall: true });
        const load = `const module = await import('./${unzipped.module}'); console.log(typeof module['${unzipped.export}']);`;
        // Lambda sets the region, and what the template gives.
        const variables = Object.fromEntries(
          Object.keys(unzipped.interface.environment).map((variable) => [variable, '']),
        );
        const { exitCode, stdout, stderr } = await runProgram('node', ['--input-type=module', '-e', load], {
          cwd: unzipped.task,
          env: { AWS_REGION: 'us-east-1', ...variables },
        });
        expect({ name, exitCode, stdout: stdout.trim(), stderr }).toEqual({
          name,
          exitCode: 0,
          stdout: 'function',
          stderr: '',
        });
      } finally {
        unzipped.remove();
      }
    }
  });
});

function bringsDrivers(name: string): boolean {
  const sources = globSync('*.ts', { cwd: join(repository, 'packages/lambdas', name) });
  return sources
    .filter((file) => !/\.(?:test|e2e)\.ts$/.test(file))
    .some((file) => readFileSync(join(repository, 'packages/lambdas', name, file), 'utf8').includes(DRIVERS));
}
