import type { TargetConfiguration } from '@nx/devkit';
import type { PluginFault } from '../plugin-error.ts';
import type { Linters } from './linters.ts';
import { isSource, isTest, projectName, type Unit, type UnitKind } from './unit.ts';
import type { Wiring } from './wiring.ts';

/** What an executor is told about the unit that it works on. All of it is part of the cache's key. */
export interface UnitOptions {
  readonly kind: UnitKind;
  readonly name: string;
  /** Files that the build may depend on, inside the unit's folder. */
  readonly sources: readonly string[];
  /** Units that it is built against, as `kind:name`. */
  readonly uses: readonly string[];
  /** What is wrong with its folder or wiring. An executor reports them instead of working. */
  readonly faults: readonly PluginFault[];
  /** Node's version. It strips the types and compresses the zips. */
  readonly node: string;
  /** Of an image's target `lint` alone: every file of the folder, and what this machine can look at them with. */
  readonly lint?: { readonly files: readonly string[]; readonly linters: Linters };
}

/** The builders themselves: this plugin and, by its imports, kit and documents. Dependencies' versions come on top. */
const BUILDERS = { input: 'sources', projects: ['@bitclouded/nx-plugin'], dependencies: true } as const;

/**
 * The targets of a unit's project.
 * @param faults of the unit itself
 * @param broken units, as `kind:name`, that have faults or use a unit that has
 * @param linters which this machine has
 */
export function targetsOf(
  unit: Unit,
  { uses }: Wiring,
  faults: readonly PluginFault[],
  broken: ReadonlySet<string>,
  linters: Linters,
): Record<string, TargetConfiguration> {
  const options: UnitOptions = {
    kind: unit.kind,
    name: unit.name,
    sources: unit.files.filter(isSource),
    uses,
    faults,
    node: process.version,
  };
  const targets = unit.kind === 'template' ? templateTargets(options, broken) : { build: artifactBuild(options) };
  if (unit.kind === 'image')
    Object.assign(targets, { lint: lint({ ...options, lint: { files: unit.files, linters } }) });
  return unit.files.some(isTest) ? { ...targets, test: test(options) } : targets;
}

/**
 * A template is built against what its upstreams declare, and not against what they build.
 *
 * `wiring` writes a template's name, summary and outputs. That is all that a consumer can see: the kit's `Template`
 * shows no more, only definition files are imported, and a definition file exports nothing else. So `build` of a
 * consumer needs no more of an upstream than that file; its parameters, resources and conditions may change freely.
 * An output may be made of an upstream's output. Therefore `wiring` itself counts the definitions of all that a
 * template imports, which costs little, and stops there when the file stays equal.
 *
 * Nx is a reason of its own against builds that wait for each other: inside one batch, whatever stands behind a task
 * that missed the cache runs without being looked up. A chain of builds would run to its end although the first of
 * them made what it had made before. Here no task waits for another one of the same executor.
 *
 * A function counts by its zip and its interface, which holds all of its definition; an image by its interface,
 * which holds its definition and the hash of its folder.
 */
function templateTargets(options: UnitOptions, broken: ReadonlySet<string>): Record<string, TargetConfiguration> {
  const { name, uses } = options;
  // Without this, a definition that cannot be loaded would be reported by everything that imports it.
  const brokenUpstreams = uses.filter((use) => use.startsWith('template:') && broken.has(use));
  return {
    wiring: {
      executor: '@bitclouded/nx-plugin:wiring',
      cache: true,
      inputs: ['sources', '^definition', BUILDERS],
      outputs: [`{workspaceRoot}/dist/wiring/${name}.json`],
      dependsOn: options.faults.length > 0 ? [] : dependsOn(brokenUpstreams),
      options,
    },
    build: {
      executor: '@bitclouded/nx-plugin:build-template',
      cache: true,
      inputs: [
        'sources',
        BUILDERS,
        { dependentTasksOutputFiles: 'dist/wiring/**/*.json', transitive: false },
        { dependentTasksOutputFiles: '**/interface.json', transitive: false },
        { dependentTasksOutputFiles: '**/function.zip', transitive: false },
      ],
      outputs: [`{workspaceRoot}/dist/templates/${name}`],
      dependsOn: ['wiring', ...dependsOn(uses)],
      options,
    },
    check: {
      executor: '@bitclouded/nx-plugin:check-template',
      cache: true,
      inputs: [
        'sources',
        '^definition',
        BUILDERS,
        '{workspaceRoot}/tsconfig.base.json',
        { dependentTasksOutputFiles: '**/template.yaml', transitive: false },
      ],
      outputs: [],
      dependsOn: ['build'],
      options,
    },
    // A step of its own: the engine takes seconds to start, and only what was built matters to it.
    validate: {
      executor: '@bitclouded/nx-plugin:validate-template',
      cache: true,
      inputs: [BUILDERS, { dependentTasksOutputFiles: '**/template.yaml', transitive: false }],
      outputs: [],
      dependsOn: ['build'],
      options,
    },
  };
}

/** The wiring of each upstream template, the build of each function and image. */
function dependsOn(uses: readonly string[]): NonNullable<TargetConfiguration['dependsOn']> {
  return uses.map((use) => {
    const [kind, name] = use.split(':') as [UnitKind, string];
    return { target: kind === 'template' ? 'wiring' : 'build', projects: [projectName({ kind, name })] };
  });
}

function artifactBuild(options: UnitOptions): TargetConfiguration {
  return {
    executor: `@bitclouded/nx-plugin:build-${options.kind}`,
    cache: true,
    // A handler may import packages of the workspace.
    inputs: ['sources', '^sources', BUILDERS],
    outputs: [`{workspaceRoot}/dist/${options.kind}s/${options.name}`],
    options,
  };
}

function lint(options: UnitOptions): TargetConfiguration {
  return {
    executor: '@bitclouded/nx-plugin:lint-image',
    cache: true,
    inputs: [
      '{projectRoot}/**/*',
      BUILDERS,
      // What the standards share with the conventions, and where Packer is looked for.
      '{workspaceRoot}/tools/conventions/image-bases.ts',
      '{workspaceRoot}/tools/packer/**/*',
    ],
    outputs: [],
    options,
  };
}

function test(options: UnitOptions): TargetConfiguration {
  return {
    executor: '@bitclouded/nx-plugin:test',
    cache: true,
    inputs: [
      '{projectRoot}/**/*',
      '!{projectRoot}/README.md',
      '!{projectRoot}/wiring.svg',
      '^definition',
      BUILDERS,
      '{workspaceRoot}/jest.config.cjs',
    ],
    outputs: [],
    options: { ...options, faults: [] },
  };
}
