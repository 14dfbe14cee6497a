import { awsTestHost } from '../testing/aws-host.ts';
import { testHost } from '../testing/write-bundle.ts';
import { openDestination, openReader } from './open-destination.ts';

it('opens a folder host below the workspace', () => {
  expect(openDestination(testHost(), '/workspace').name).toBe('/workspace/host');
  expect(openReader(testHost(), '/workspace').name).toBe('/workspace/host');
});

it('names a host on AWS by its home bucket', () => {
  const host = awsTestHost(['eu-central-1', 'us-east-1']);
  for (const open of [openDestination, openReader])
    expect(open(host, '/workspace').name).toBe('s3://bitclouded-123456789012-eu-central-1-an');
});
