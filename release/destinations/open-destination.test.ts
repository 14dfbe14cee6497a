import type { AwsHost } from '@bitclouded/documents';
import { failureOf } from '../testing/in-folder.ts';
import { testHost } from '../testing/write-bundle.ts';
import { openDestination } from './open-destination.ts';

it('opens a folder host below the workspace', () => {
  expect(openDestination(testHost(), '/workspace').name).toBe('/workspace/host');
});

it('says of a host on AWS that this version publishes to folders only', async () => {
  const { folder: _, address: __, ...shared } = testHost();
  const host: AwsHost = {
    ...shared,
    kind: 'aws',
    name: 'production',
    cdn: { domain: 'cdn.example.com', distributionId: 'E2QWRUHEXAMPLE' },
  };
  const error = await failureOf(Promise.resolve().then(() => openDestination(host, '/workspace')));
  expect(error.code).toBe('host-not-supported');
  expect(error.message).toContain('production');
});
