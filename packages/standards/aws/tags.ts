import type { Resource } from '../model/resource.ts';

/** Where the types that do not call them Tags keep their tags. */
const TAGS: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::GlobalTable': 'Replicas.*.Tags',
  'AWS::EFS::FileSystem': 'FileSystemTags',
};

/** Whether a resource certainly has no tag of that key, however its lists turn out. */
export function lacksTag(resource: Resource, key: string): boolean {
  const tags = resource.values(`${TAGS[resource.type] ?? 'Tags'}.*`);
  return tags.flatMap((tag) => tag.values('Key')).every((own) => own.isNot(key));
}
