import fc from 'fast-check';
import { acmCertificate, LOOK_AGAIN_MS } from './acm-certificate.ts';
import { CertificatesInMemory } from './certificates-in-memory.ts';
import { type Properties, regionOf } from './properties.ts';

const properties: Properties = {
  DomainName: 'example.com',
  AlternativeNames: ['*.example.com'],
  HostedZoneId: 'Z1',
  Region: 'us-east-1',
};
const ownerOf = (name: string) => ({
  stackId: `arn:aws:cloudformation:eu-west-1:123456789012:stack/${name}/1`,
  logicalId: 'CdnCertificate',
});
const asked = { owner: ownerOf('dns'), requestId: 'r-1', signal: new AbortController().signal };

function world() {
  const memory = new CertificatesInMemory();
  let waitedMs = 0;
  const pause = async (ms: number, signal: AbortSignal) => {
    signal.throwIfAborted();
    waitedMs += ms;
  };
  const resource = acmCertificate({ acm: memory.acm, route53: memory.route53, pause });
  return { memory, resource, waitedMs: () => waitedMs };
}

describe('a create', () => {
  it('requests it in the region, puts each record once, and answers when it is issued', async () => {
    const { memory, resource } = world();
    const { id, attributes } = await resource.create({ ...asked, properties });
    expect(attributes).toEqual({ CertificateArn: id });
    expect(regionOf(id)).toBe('us-east-1');
    expect(memory.certificates.get(id)!.detail.Status).toBe('ISSUED');
    expect(memory.zoneChanges).toEqual(['UPSERT CNAME _x.example.com.']);
  });

  it('takes what an attempt before requested, whatever the case and order of the names', async () => {
    const { memory, resource } = world();
    const { id } = await resource.create({ ...asked, properties });
    const same = { ...properties, DomainName: 'EXAMPLE.com', AlternativeNames: ['*.Example.com', 'example.com'] };
    expect((await resource.create({ ...asked, requestId: 'r-2', properties: same })).id).toBe(id);
    expect(memory.certificates.size).toBe(1);
  });

  it('does not take a certificate of another owner', async () => {
    const { memory, resource } = world();
    await resource.create({ ...asked, owner: ownerOf('other'), requestId: 'r-0', properties });
    await resource.create({ ...asked, properties });
    expect(memory.certificates.size).toBe(2);
  });

  it('gives up after ten minutes and names the name servers of the zone', async () => {
    const { memory, resource, waitedMs } = world();
    memory.zone.isDelegated = false;
    await expect(resource.create({ ...asked, properties })).rejects.toThrow(
      /no validation in 10 minutes[\s\S]+NS ns-1.awsdns-01.org, ns-2.awsdns-02.com/,
    );
    expect(waitedMs()).toBeLessThanOrEqual(600_000);
    expect(waitedMs()).toBeGreaterThan(600_000 - 2 * LOOK_AGAIN_MS);
  });

  it('tells at once why ACM refuses', async () => {
    const { memory, resource, waitedMs } = world();
    memory.failure = { Status: 'FAILED', FailureReason: 'CAA_ERROR' };
    await expect(resource.create({ ...asked, properties })).rejects.toThrow(/FAILED: CAA_ERROR/);
    expect(waitedMs()).toBe(0);
  });

  it('names every name outside of the zone, and a private zone, before it requests anything', async () => {
    const { memory, resource } = world();
    memory.zone.isPrivate = true;
    const AlternativeNames = ['www.example.org', 'badexample.com', 'www.example.com'];
    await expect(resource.create({ ...asked, properties: { ...properties, AlternativeNames } })).rejects.toMatchObject({
      faults: [{ where: 'Z1' }, { where: 'badexample.com' }, { where: 'www.example.org' }],
    });
    expect(memory.certificates.size).toBe(0);
  });
});

describe('an update', () => {
  it('keeps the certificate where names and region stay, and puts its records into another zone', async () => {
    const { memory, resource } = world();
    const { id } = await resource.create({ ...asked, properties });
    memory.records.clear();
    const moved = { ...properties, HostedZoneId: 'Z2' };
    expect((await resource.update({ ...asked, properties: moved, id, old: { ...properties } })).id).toBe(id);
    expect(memory.records.size).toBe(1);
  });

  it.each([
    ['domain', { DomainName: 'www.example.com' }],
    ['alternative names', { AlternativeNames: ['www.example.com'] }],
    ['region', { Region: 'eu-central-1' }],
  ])('makes another certificate for another %s, and leaves the old one for its delete', async (_, change) => {
    const { memory, resource } = world();
    const { id } = await resource.create({ ...asked, properties });
    const changed = { ...properties, ...change };
    const made = await resource.update({ ...asked, requestId: 'r-2', properties: changed, id, old: { ...properties } });
    expect([...memory.certificates.keys()]).toEqual([id, made.id]);
    expect(regionOf(made.id)).toBe(changed.Region);
  });

  it('makes it again where somebody has deleted it', async () => {
    const { memory, resource } = world();
    const { id } = await resource.create({ ...asked, properties });
    memory.certificates.clear();
    const made = await resource.update({ ...asked, requestId: 'r-2', properties, id, old: { ...properties } });
    expect(memory.of('us-east-1')).toEqual([made.id]);
  });
});

describe('a delete', () => {
  it('removes the certificate when nothing uses it any more, and no record', async () => {
    const { memory, resource, waitedMs } = world();
    const { id } = await resource.create({ ...asked, properties });
    memory.certificates.get(id)!.inUse = 3;
    const before = waitedMs();
    await resource.remove({ ...asked, properties: { ...properties }, id });
    expect(memory.certificates.size).toBe(0);
    expect(waitedMs() - before).toBe(3 * LOOK_AGAIN_MS);
    expect([...memory.records.keys()]).toEqual(['_x.example.com.']);
  });

  it('ends with its time where something goes on using it', async () => {
    const { memory, resource } = world();
    const { id } = await resource.create({ ...asked, properties });
    memory.certificates.get(id)!.inUse = Number.POSITIVE_INFINITY;
    const signal = AbortSignal.abort(new Error('time is over'));
    await expect(resource.remove({ ...asked, signal, properties: {}, id })).rejects.toThrow('time is over');
  });

  it('succeeds where it is gone, and where nothing was ever made', async () => {
    const { memory, resource } = world();
    const id = 'arn:aws:acm:us-east-1:123456789012:certificate/gone';
    await resource.remove({ ...asked, properties: { ...properties }, id });
    await resource.remove({ ...asked, properties: { ...properties }, id: undefined });
    await resource.remove({ ...asked, properties: { Region: 7 }, id: undefined });
    expect(memory.certificates.size).toBe(0);
  });

  it('keeps the records that a certificate of another region needs', async () => {
    const { memory, resource } = world();
    const neighbour = await resource.create({
      ...asked,
      owner: ownerOf('other'),
      requestId: 'r-0',
      properties: { ...properties, Region: 'eu-west-1' },
    });
    const { id } = await resource.create({ ...asked, properties });
    await resource.remove({ ...asked, properties: { ...properties }, id });
    const records = memory.certificates.get(neighbour.id)!.detail.DomainValidationOptions!;
    for (const { ResourceRecord } of records) expect(memory.records.has(ResourceRecord!.Name!)).toBe(true);
  });
});

describe('over any sequence of creates, updates, rollbacks and deletes', () => {
  const step = fc.record({
    properties: fc.record({
      DomainName: fc.constantFrom('example.com', 'www.example.com'),
      AlternativeNames: fc.constantFrom([], ['a.example.com']),
      HostedZoneId: fc.constant('Z1'),
      Region: fc.constantFrom('us-east-1', 'eu-west-1'),
    }),
    mishap: fc.constantFrom(undefined, undefined, 'before' as const, 'after' as const),
    nth: fc.nat(3),
  });

  it('the stack has its one certificate, issued, and a delete leaves none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const { memory, resource } = world();
        const stranger = await resource.create({ ...asked, owner: ownerOf('other'), requestId: 'r-0', properties });
        let stands: { id: string; properties: Properties } | undefined;
        let request = 0;
        for (const { properties: next, mishap, nth } of steps) {
          const of = { ...asked, requestId: `r-${++request}` };
          let left = nth;
          memory.mishap = (when) => {
            if (when === mishap && left-- === 0) throw new Error('the network failed');
          };
          const before = stands;
          try {
            const { id } = before
              ? await resource.update({ ...of, properties: next, id: before.id, old: { ...before.properties } })
              : await resource.create({ ...of, properties: next });
            stands = { id, properties: next };
            memory.mishap = () => {};
            if (before && before.id !== id)
              await resource.remove({ ...of, properties: { ...before.properties }, id: before.id });
          } catch (error) {
            expect((error as Error).message).toBe('the network failed');
            memory.mishap = () => {};
            if (!before) await resource.remove({ ...of, properties: { ...next }, id: undefined });
            else {
              const back = { ...of, properties: before.properties, id: before.id, old: { ...next } };
              expect((await resource.update(back)).id).toBe(before.id);
            }
          }
          expect([...memory.certificates.keys()]).toEqual([stranger.id, ...(stands ? [stands.id] : [])]);
          if (stands) expect(memory.certificates.get(stands.id)!.detail.Status).toBe('ISSUED');
        }
        if (stands) await resource.remove({ ...asked, properties: { ...stands.properties }, id: stands.id });
        expect([...memory.certificates.keys()]).toEqual([stranger.id]);
      }),
      { numRuns: 200 },
    );
  });
});
