import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketOf, keyOf } from '@bitclouded/documents';
import { awsTestHost } from '../../../release/testing/aws-host.ts';
import { SMALL } from '../../../release/testing/write-bundle.ts';
import { startFaultProxy } from '../fault-proxy/start-fault-proxy.ts';
import { type ObjectStore, startObjectStore } from '../object-store/start-object-store.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';
import { makeHost } from './host-buckets.ts';
import { environmentOf, makePublisher } from './publisher.ts';

/** The store of Debian 12 keeps no SHA-256 of an object, as S3 does: there the receipt itself has to be read. */
describe.each<[string, () => Promise<ObjectStore | StandIn>, string[]]>([
  ['the stand-in', startStandIn, ['HEAD']],
  ['a real object store', startObjectStore, ['HEAD', 'GET']],
])('a bundle that is on %s already', (_, start, verbs) => {
  it(`is published by ${verbs.join(' and ')} of one receipt a region, without an upload`, async () => {
    const root = await mkdtemp(join(tmpdir(), 'bitclouded-nothing-'));
    const server = await start();
    const proxy = await startFaultProxy(server.endpoint);
    try {
      const host = awsTestHost(['eu-west-1', 'us-east-1', 'ap-southeast-2']);
      await makeHost(server, host);
      const publisher = await makePublisher(root, 'one', host, environmentOf(proxy.endpoint, server.credentials));
      await publisher.pack({ version: '1.0.0', ...SMALL });
      expect(await publisher.run(['publish'])).toMatchObject({ exitCode: 0 });
      const uploads = proxy.exchanges.filter(({ verb }) => verb === 'PUT');
      expect(uploads.length).toBeGreaterThan(10);

      proxy.forget();
      const { exitCode, stdout } = await publisher.run(['publish']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('Nothing to do');
      const expected = host.regions.flatMap((region) =>
        verbs.map((verb) => `${verb} ${bucketOf(host, region)} ${keyOf.manifest('1.0.0')}`),
      );
      expect(proxy.exchanges.map(({ verb, bucket, key }) => `${verb} ${bucket} ${key}`).sort()).toEqual(
        expected.sort(),
      );
      expect(proxy.exchanges.reduce((sum, { sentBytes }) => sum + sentBytes, 0)).toBe(0);
    } finally {
      await proxy.stop();
      await server.stop();
      await rm(root, { recursive: true });
    }
  });
});
