import fc from 'fast-check';
import { bucketEmptier } from './bucket-emptier.ts';
import { BucketInMemory, type StoredVersion } from './bucket-in-memory.ts';

const properties = { BucketName: 'blog-cache', TagKey: 'bitclouded:emptied', TagValue: 'yes' };
const id = 'emptied-on-delete/blog-cache';
const emptierOf = (bucket: BucketInMemory) => bucketEmptier({ s3: bucket.client, pause: async () => {} });
const asked = {
  owner: { stackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/blog/1', logicalId: 'Emptier' },
  requestId: 'r',
  signal: new AbortController().signal,
};
const versions = (count: number, more: Partial<StoredVersion> = {}): StoredVersion[] =>
  Array.from({ length: count }, (_, at) => ({ key: `k${String(at).padStart(5, '0')}`, versionId: 'v1', ...more }));

describe('a create and an update', () => {
  it('look at the tag and delete nothing', async () => {
    const bucket = new BucketInMemory(versions(2));
    const emptier = emptierOf(bucket);
    expect(await emptier.create({ ...asked, properties })).toEqual({ id });
    expect(await emptier.update({ ...asked, properties, id, old: {} })).toEqual({ id });
    expect(bucket.requests).toEqual(['GetBucketTaggingCommand', 'GetBucketTaggingCommand']);
    expect(bucket.versions).toHaveLength(2);
  });

  it.each([
    ['no tag at all', undefined],
    ['other tags', { Name: 'cache' }],
    ['another value', { 'bitclouded:emptied': 'no' }],
  ])('refuse a bucket with %s', async (_, tags) => {
    const bucket = new BucketInMemory();
    bucket.tags = tags;
    const emptier = emptierOf(bucket);
    await expect(emptier.create({ ...asked, properties })).rejects.toThrow(/resource-failed[\s\S]+bitclouded:emptied/);
    await expect(emptier.update({ ...asked, properties, id, old: {} })).rejects.toThrow(/resource-failed/);
  });

  it('say that the bucket is missing', async () => {
    const bucket = new BucketInMemory();
    bucket.exists = false;
    await expect(emptierOf(bucket).create({ ...asked, properties })).rejects.toThrow('NoSuchBucket');
  });
});

describe('a delete', () => {
  it('deletes thousands of versions and markers, a thousand a request', async () => {
    const markers = versions(2600, { versionId: 'v2', isMarker: true });
    const bucket = new BucketInMemory([...versions(2600), ...markers]);
    await emptierOf(bucket).remove({ ...asked, properties, id });
    expect(bucket.versions).toEqual([]);
    expect(bucket.requests.filter((name) => name === 'DeleteObjectsCommand')).toHaveLength(6);
  });

  it('refuses a bucket that lost its tag, and deletes nothing', async () => {
    const bucket = new BucketInMemory(versions(1));
    bucket.tags = undefined;
    await expect(emptierOf(bucket).remove({ ...asked, properties, id })).rejects.toThrow(/without the tag/);
    expect(bucket.versions).toHaveLength(1);
  });

  it('deletes nothing where the create failed or the properties are lost', async () => {
    const bucket = new BucketInMemory(versions(1));
    await emptierOf(bucket).remove({ ...asked, properties, id: undefined });
    await emptierOf(bucket).remove({ ...asked, properties: { BucketName: 'blog-cache' }, id });
    expect(bucket.versions).toHaveLength(1);
    expect(bucket.requests).toEqual([]);
  });

  it('succeeds where the bucket is gone, also while it is emptied', async () => {
    const bucket = new BucketInMemory(versions(1));
    bucket.before = (command) => {
      if (command === 'DeleteObjectsCommand') bucket.exists = false;
    };
    await emptierOf(bucket).remove({ ...asked, properties, id });
    await emptierOf(bucket).remove({ ...asked, properties, id });
  });

  it('names what is protected, after all else is deleted', async () => {
    const locked = versions(5, { isLocked: true, versionId: 'v0' });
    const bucket = new BucketInMemory([...versions(1500), ...locked]);
    await expect(emptierOf(bucket).remove({ ...asked, properties, id })).rejects.toThrow(
      /5 objects that S3 does not delete, such as k00000 \(AccessDenied\)/,
    );
    expect(bucket.versions).toHaveLength(5);
  });

  it('goes on where it was cut off', async () => {
    const stop = new AbortController();
    const bucket = new BucketInMemory(versions(9), 2);
    bucket.before = () => {
      if (bucket.versions.length < 5) stop.abort(new Error('time is over'));
    };
    const emptier = emptierOf(bucket);
    const first = emptier.remove({ ...asked, signal: stop.signal, properties, id });
    await expect(first).rejects.toThrow('time is over');
    expect(bucket.versions.length).toBeGreaterThan(0);
    await emptier.remove({ ...asked, properties, id });
    expect(bucket.versions).toEqual([]);
  });

  it('empties whatever is in the bucket, whatever the pages, busy or written meanwhile', async () => {
    const version = fc.record({
      key: fc.stringMatching(/^[a-c]{1,2}$/),
      versionId: fc.constantFrom('null', 'v1', 'v2', 'v3'),
      isMarker: fc.boolean(),
      busy: fc.nat(2),
    });
    const some = fc.uniqueArray(version, { maxLength: 20, selector: (one) => `${one.key}/${one.versionId}` });
    await fc.assert(
      fc.asyncProperty(some, fc.integer({ min: 1, max: 5 }), fc.nat(10), async (all, page, late) => {
        const bucket = new BucketInMemory(
          all.map((one) => ({ ...one })),
          page,
        );
        let requests = 0;
        bucket.before = () => {
          if (requests++ === late) bucket.versions.push({ key: 'late', versionId: 'v1' });
        };
        await emptierOf(bucket).remove({ ...asked, properties, id });
        if (requests > late) expect(bucket.versions).toEqual([]);
      }),
    );
  });
});
