import type { AwsHost, FolderHost } from '@bitclouded/documents';

/** A folder in two regions. */
export const LOCAL: FolderHost = {
  name: 'local',
  kind: 'folder',
  folder: 'dist/host',
  address: 'http://127.0.0.1:4874',
  prefix: 'bitclouded',
  account: '000000000000',
  homeRegion: 'us-east-1',
  regions: ['us-east-1', 'eu-west-1'],
  registry: 'localhost/bitclouded',
};

/** A host on AWS. */
export const PRODUCTION: AwsHost = {
  name: 'production',
  kind: 'aws',
  cdn: { domain: 'cdn.example.com', distributionId: 'E2QWRUHEXAMPLE' },
  prefix: 'example',
  account: '123456789012',
  homeRegion: 'eu-central-1',
  regions: ['eu-central-1'],
  registry: 'public.ecr.aws/example',
};
