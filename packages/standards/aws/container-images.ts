import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';

/** Where each type names the container images that it runs. */
const IMAGES: Readonly<Record<string, readonly string[]>> = {
  'AWS::AppRunner::Service': ['SourceConfiguration.ImageRepository.ImageIdentifier'],
  'AWS::Batch::JobDefinition': [
    'ContainerProperties.Image',
    'EcsProperties.TaskProperties.*.Containers.*.Image',
    'EksProperties.PodProperties.Containers.*.Image',
    'NodeProperties.NodeRangeProperties.*.Container.Image',
  ],
  'AWS::ECS::TaskDefinition': ['ContainerDefinitions.*.Image'],
  'AWS::Lambda::Function': ['Code.ImageUri'],
  'AWS::SageMaker::Model': ['Containers.*.Image', 'PrimaryContainer.Image'],
};

export const imageTypes = Object.keys(IMAGES);

/** Stands for a piece of a text that only the stack knows; no image has it in its name. */
const HOLE = '\0';
/** What a template holds where it is not bound to a host yet. */
const UNBOUND = 'unbound';

/** The images that a resource names. */
export function imagesOf(resource: Resource): Value[] {
  return (IMAGES[resource.type] ?? []).flatMap((path) => resource.values(path));
}

/**
 * By what an image is named: its digest, a tag (undefined where only the stack knows which), or neither, which means
 * the tag `latest`. Undefined where that is not certain. Source: OCI Distribution Specification, "Pull".
 */
export function versionOf(
  image: Value,
): { readonly by: 'digest' | 'nothing' } | { readonly by: 'tag'; readonly tag?: string } | undefined {
  const name = image.parts.map((part) => (typeof part === 'string' ? part : HOLE)).join('');
  if (name === UNBOUND || !/^[\w.:/@\0-]+$/.test(name)) return undefined;
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (last.includes('@')) return { by: 'digest' };
  const [repository, tag] = last.split(':');
  if (tag === undefined) return last.includes(HOLE) ? undefined : { by: 'nothing' };
  if (!repository || !tag) return undefined;
  return tag.includes(HOLE) ? { by: 'tag' } : { by: 'tag', tag };
}
