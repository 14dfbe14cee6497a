import { parse } from 'yaml';

/** What a group of templates holds together. */
export interface Counts {
  readonly templates: number;
  readonly resources: number;
  /** Different names: what two templates both ask for is one answer. */
  readonly parameters: number;
  /** Alarms, those left out that only start a scaling of the same template. */
  readonly alarms: number;
  /** Resources that a deletion of the stack keeps, or takes a snapshot of, because the template says so. */
  readonly kept: number;
}

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: { readonly AlarmActions?: unknown };
}
type Resources = Readonly<Record<string, Resource>>;

/**
 * Counts templates, conditional resources too. Short forms of functions are read as their arguments: `!Ref A` is `A`.
 * @param texts CloudFormation in YAML
 * @throws Error where a text has no resources, or a loop that makes some
 */
export function countsIn(texts: readonly string[]): Counts {
  const templates = texts.map((text) => parse(text, { logLevel: 'error' }) as Readonly<Record<string, unknown>> | null);
  const ofEach = templates.map((template, index) => resourcesOf(template, index));
  const all = ofEach.flatMap((resources) => Object.values(resources));
  const alarms = ofEach.flatMap((resources) =>
    Object.values(resources).filter((one) => one.Type === 'AWS::CloudWatch::Alarm' && !onlyScales(one, resources)),
  );
  return {
    templates: texts.length,
    resources: all.length,
    parameters: new Set(templates.flatMap((template) => Object.keys(template?.Parameters ?? {}))).size,
    alarms: alarms.length,
    kept: all.filter(({ DeletionPolicy }) => ['Retain', 'RetainExceptOnCreate', 'Snapshot'].includes(DeletionPolicy!))
      .length,
  };
}

function resourcesOf(template: Readonly<Record<string, unknown>> | null, index: number): Resources {
  const resources = (template?.Resources ?? {}) as Resources;
  const names = Object.keys(resources);
  if (names.length === 0) throw new Error(`text ${index} has no resources: it is no template`);
  const loop = names.find((name) => name.startsWith('Fn::ForEach::'));
  if (loop) throw new Error(`text ${index} makes resources by ${loop}, which is not counted here`);
  return resources;
}

/** Source: EC2 Auto Scaling and Application Auto Scaling, step and simple scaling policies: an alarm's action is one. */
function onlyScales({ Properties }: Resource, resources: Resources): boolean {
  const actions = Properties?.AlarmActions;
  if (!Array.isArray(actions) || actions.length === 0) return false;
  return actions.every((action: unknown) => {
    const name = typeof action === 'object' && action !== null && 'Ref' in action ? action.Ref : action;
    return typeof name === 'string' && (resources[name]?.Type ?? '').endsWith('::ScalingPolicy');
  });
}

/**
 * A template of ours as a release for one region has it: the build leaves the buckets of functions and the machine
 * images to `release pack`, and without them a linter finds that the mappings lack the region. What else `pack` fills
 * in, no linter looks at.
 * @param region the one in which cfn-lint looks at templates
 */
export function published(text: string, region = 'us-east-1'): string {
  const withMachines = text.replace(
    /^( +)Machine\w+:\n/gm,
    `$&$1$1${region}:\n$1$1$1Arm64: ami-00000000000000001\n$1$1$1X8664: ami-00000000000000002\n`,
  );
  if (!text.includes('!FindInMap [Artifacts, !Ref AWS::Region, Bucket]')) return withMachines;
  const bound = withMachines.replace(/^( +)Artifacts:\n/m, `$&$1$1${region}:\n$1$1$1Bucket: bitclouded-${region}\n`);
  if (bound === withMachines)
    throw new Error('a template looks functions up in a mapping Artifacts that it does not have');
  return bound;
}

/** Something that is said of a file, and by which rule. */
export interface Said {
  readonly file: string;
  readonly rule: string;
}

/**
 * The rules of what is said of each file, one as often as it is said.
 * @throws Error where it is said of a file that is none of these: it would be lost
 */
export function rulesOfEach(said: readonly Said[], files: readonly string[]): string[][] {
  const stray = said.find(({ file }) => !files.includes(file));
  if (stray) throw new Error(`something is said of ${stray.file}, which is none of ${files.join(', ')}`);
  return files.map((name) => said.filter(({ file }) => file === name).map(({ rule }) => rule));
}

/** Each rule with how often it is there, the most frequent one first: `2 W2001, E3002`. */
export function tally(rules: readonly string[]): string {
  return [...Map.groupBy(rules, (rule) => rule)]
    .sort(([one, ones], [other, others]) => others.length - ones.length || (one < other ? -1 : 1))
    .map(([rule, same]) => (same.length > 1 ? `${same.length} ${rule}` : rule))
    .join(', ');
}

/** What `bitclouded check --json` writes, as far as it is counted here. */
export interface CheckReport {
  readonly files: readonly {
    readonly file: string;
    readonly leftAlone?: string | null;
    readonly limited?: readonly string[];
    readonly excused?: readonly { readonly standard: string }[];
  }[];
}

/**
 * The findings of our own check that exceptions in the templates excuse.
 * @throws Error where it left a template alone, or left findings out because they are too many
 */
export function excusedIn({ files }: CheckReport): Said[] {
  return files.flatMap(({ file, leftAlone, limited = [], excused = [] }) => {
    if (leftAlone) throw new Error(`bitclouded check leaves ${file} alone: ${leftAlone}`);
    if (limited.length > 0) throw new Error(`${file} has more findings of ${limited.join(', ')} than are told`);
    return excused.map(({ standard }) => ({ file, rule: standard }));
  });
}
