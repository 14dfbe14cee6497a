import { defineCustomResource } from '@bitclouded/kit';
import type { Properties } from './properties.ts';

export default defineCustomResource<Properties>()({
  name: 'bucket-emptier',
  summary: 'Empties a tagged bucket when its stack is deleted, so that the bucket can be deleted too',
  trigger: 'CloudFormation: a custom resource beside the bucket',
  memoryMb: 512,
  // The longest time that Lambda allows: some hundred thousand objects and more.
  timeoutSeconds: 900,
  environment: {},
  grants: {
    inspect: {
      actions: ['s3:GetBucketTagging', 's3:ListBucketVersions'],
      why: 'Reads whether the bucket may be emptied, and what is in it',
    },
    empty: {
      actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
      why: 'Deletes objects, their versions and delete markers',
    },
  },
});
