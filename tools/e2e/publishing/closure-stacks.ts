import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { keyOf, type Manifest, type TemplateInterface } from '@bitclouded/documents';
import type { Need } from '@bitclouded/provisioner/closure';
import {
  createStack,
  deleteStack,
  othersIn,
  physicalIds,
  previewUpdate,
  type StackRequest,
  updateStack,
} from '../stacks.ts';

type Values = Readonly<Record<string, string>>;
/** What a person says where nothing is wired, by template. */
export type Answers = Readonly<Record<string, Values>>;

/** The stacks of a closure, made from the published addresses of a release. */
export interface ClosureStacks {
  /** What the stacks that stand have put out, by template. */
  readonly outputs: ReadonlyMap<string, Values>;
  /** Creates the stacks wave by wave, those of a wave side by side. @param afterWave is awaited before the next wave */
  create(manifest: Manifest, afterWave: () => Promise<void>): Promise<void>;
  /** The types of the resources that an update to a release would change, by template. */
  preview(manifest: Manifest): Promise<ReadonlyMap<string, readonly string[]>>;
  update(template: string, manifest: Manifest): Promise<void>;
  /** Gives the stacks other answers and tags, in the order of need. @returns what was replaced or is gone */
  regrow(manifest: Manifest, answers: Answers, tags: Values): Promise<readonly string[]>;
  /** Lets the stacks that take a template's outputs take those of another stack of it. */
  rewire(template: string, others: Values, manifest: Manifest): Promise<void>;
  /** Deletes them, the last wave first. */
  remove(): Promise<void>;
}

export function closureStacks(
  cloudFormation: CloudFormationClient,
  needs: readonly Need[],
  first: Answers,
): ClosureStacks {
  const outputs = new Map<string, Values>();
  let answers = first;
  let tags: Values = {};
  const waves = [...Map.groupBy(needs, ({ wave }) => wave).values()];

  function requestOf({ template, inputs, set }: Need, manifest: Manifest): StackRequest {
    const wired = inputs.map(({ parameter, from, output }) => [parameter, outputs.get(from)![output]!]);
    return {
      name: stackName(template),
      template: { url: templateUrl(manifest, template) },
      parameters: { ...Object.fromEntries(wired), ...set, ...answers[template] },
      tags,
    };
  }

  return {
    outputs,
    async create(manifest, afterWave) {
      for (const wave of waves) {
        const stacks = wave.map(async (need) => {
          const stack = await createStack(cloudFormation, requestOf(need, manifest));
          outputs.set(need.template, stack.outputs);
        });
        await Promise.all(stacks);
        await afterWave();
      }
    },
    async preview(manifest) {
      const changed = new Map<string, readonly string[]>();
      for (const need of needs) {
        const changes = await previewUpdate(cloudFormation, requestOf(need, manifest));
        const types = changes.map(({ ResourceChange }) => ResourceChange!.ResourceType!);
        changed.set(need.template, [...new Set(types)].sort());
      }
      return changed;
    },
    async update(template, manifest) {
      const need = needs.find((each) => each.template === template)!;
      outputs.set(template, (await updateStack(cloudFormation, requestOf(need, manifest))).outputs);
    },
    async regrow(manifest, otherAnswers, otherTags) {
      [answers, tags] = [otherAnswers, otherTags];
      const replaced: string[] = [];
      for (const need of needs) {
        const before = await physicalIds(cloudFormation, stackName(need.template));
        outputs.set(need.template, (await updateStack(cloudFormation, requestOf(need, manifest))).outputs);
        const after = await physicalIds(cloudFormation, stackName(need.template));
        replaced.push(...othersIn(before, after).map((logicalId) => `${need.template} ${logicalId}`));
      }
      return replaced;
    },
    async rewire(template, others, manifest) {
      outputs.set(template, others);
      const users = needs.filter(({ inputs }) => inputs.some(({ from }) => from === template));
      for (const need of users)
        outputs.set(need.template, (await updateStack(cloudFormation, requestOf(need, manifest))).outputs);
    },
    async remove() {
      for (const wave of waves.toReversed())
        await Promise.all(wave.map(({ template }) => deleteStack(cloudFormation, stackName(template))));
    },
  };
}

/** The name of a template's one stack. */
export function stackName(template: TemplateInterface['name']): string {
  return template.replace('/', '-');
}

/** Where a release has a template. */
export function templateUrl(manifest: Manifest, template: string): string {
  const key = keyOf.template(manifest.version, template);
  return (manifest.artifacts.find((artifact) => 'key' in artifact && artifact.key === key) as { url: string }).url;
}
