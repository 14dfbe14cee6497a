import { EcsDrainError } from './ecs-drain-error.ts';

/** What the template decided. */
export interface Settings {
  readonly cluster: string;
  readonly group: string;
  readonly hook: string;
}

/** @throws EcsDrainError `bad-environment` that names every variable that is missing */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const { CLUSTER_NAME: cluster = '', GROUP_NAME: group = '', HOOK_NAME: hook = '' } = environment;
  const missing = Object.entries({ CLUSTER_NAME: cluster, GROUP_NAME: group, HOOK_NAME: hook }).filter(
    ([, value]) => value === '',
  );
  if (missing.length === 0) return { cluster, group, hook };
  throw new EcsDrainError(
    missing.map(([where]) => ({
      code: 'bad-environment',
      where,
      received: 'nothing',
      expected: 'a name',
      remedy: `set ${where} in the function's environment`,
    })),
  );
}
