import { output } from '../definition/output.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';
import { render } from '../rendering/render.ts';

const template = defineTemplate({
  name: 'test/store',
  summary: 'A bucket of data',
  parameters: { LogBucket: param.optionalBucketName({ description: 'Where accesses are logged' }) },
  outputs: { Bucket: output.bucketName('The bucket') },
  build({ params, bucket }) {
    return { Bucket: bucket('Data', { purpose: 'data', accessLogs: params.LogBucket }).bucket.ref };
  },
});
const data = (parameters: Record<string, string> = {}) => render(template, { parameters }).resources.Data!.Properties;

test('a bucket logs its accesses where it is given a bucket for them, under a prefix of its own', () => {
  expect(data({ LogBucket: 'logs-of-all' }).LoggingConfiguration).toEqual({
    DestinationBucketName: 'logs-of-all',
    LogFilePrefix: 'stack-Data/',
  });
  expect(data()).not.toHaveProperty('LoggingConfiguration');
});

test('a bucket of data is closed to the public and has a name that CloudFormation makes', () => {
  expect(Object.values(data().PublicAccessBlockConfiguration as object)).toEqual([true, true, true, true]);
  expect(data()).not.toHaveProperty('BucketNamePrefix');
  expect(data()).not.toHaveProperty('BucketNamespace');
});
