import type { ACMClient, CertificateDetail, ResourceRecord } from '@aws-sdk/client-acm';
import type { Route53Client } from '@aws-sdk/client-route-53';
import { type CustomResource, CustomResourceError, type Made, type Request } from '@bitclouded/kit/custom-resource';
import { deleteCertificate, describeCertificate, ownedBy, requestCertificate, serves } from './certificates.ts';
import { isCertificateArn, type Properties, readCertificate, regionOf } from './properties.ts';
import { putRecords, readZone, type Zone } from './zone.ts';

/** Between two looks at a certificate. */
export const LOOK_AGAIN_MS = 5_000;
/** How long a validation may take: ten minutes of looks, where a delegated zone takes one or two minutes. */
const LOOKS = 120;

export interface Dependencies {
  readonly acm: (region: string) => ACMClient;
  readonly route53: Route53Client;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

type Asked = Pick<Request<unknown>, 'owner' | 'signal'>;

/**
 * A certificate in the region that its properties name. Its ARN is the physical id, and stays so while names and
 * region do. Validation records are put and never removed: a name has the same record in all regions of an account,
 * and another certificate would silently lose its renewal.
 */
export function acmCertificate({ acm, route53, pause }: Dependencies): CustomResource<Properties> {
  /** The certificate under `id` or what an earlier attempt requested, if it is for these names; else a new one. */
  async function settle({ properties, owner, requestId, signal }: Request<Properties>, id?: string): Promise<string> {
    const client = acm(properties.Region);
    const kept = id !== undefined && regionOf(id) === properties.Region ? [id] : [];
    const found = [...kept, ...(await ownedBy(owner, domainsOf(properties), client, signal))];
    for (const arn of found) if (serves(await describeCertificate(client, arn, signal), properties)) return arn;
    return requestCertificate(client, properties, owner, requestId, signal);
  }

  /** Has the certificate validated. */
  async function validate(arn: string, { properties, signal }: Request<Properties>, zone: Zone): Promise<void> {
    let hasRecords = false;
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await pause(LOOK_AGAIN_MS, signal);
      const certificate = await describeCertificate(acm(properties.Region), arn, signal);
      const records = recordsOf(certificate);
      if (!hasRecords && records) {
        await putRecords(route53, zone, records, signal);
        hasRecords = true;
      }
      if (certificate?.Status === 'ISSUED' && hasRecords) return;
      // ACM may not know at once what was just requested.
      if (certificate && certificate.Status !== 'ISSUED' && certificate.Status !== 'PENDING_VALIDATION')
        throw refusedFault(arn, certificate);
    }
    throw undelegatedFault(properties, zone);
  }

  /** Removes the owner's certificates but those that are kept. */
  async function sweep({ owner, signal }: Asked, place: Partial<Properties>, kept: readonly string[]): Promise<void> {
    if (typeof place.Region !== 'string' || typeof place.DomainName !== 'string') return;
    for (const arn of await ownedBy(owner, domainsOf(place), acm(place.Region), signal))
      if (!kept.includes(arn)) await remove(arn, signal);
  }

  async function remove(arn: string, signal: AbortSignal): Promise<void> {
    // A distribution that is gone or changed lets go after some minutes; the signal ends it.
    while (!(await deleteCertificate(acm(regionOf(arn)), arn, signal))) await pause(LOOK_AGAIN_MS, signal);
  }

  return {
    read: readCertificate,
    owns: isCertificateArn,

    async create(request) {
      const zone = await readZone(route53, request.properties, request.signal);
      const arn = await settle(request);
      await sweep(request, request.properties, [arn]);
      await validate(arn, request, zone);
      return made(arn);
    },

    async update(request) {
      const zone = await readZone(route53, request.properties, request.signal);
      const arn = await settle(request, request.id);
      for (const place of [request.properties, request.old as Partial<Properties>])
        await sweep(request, place, [arn, request.id]);
      await validate(arn, request, zone);
      return made(arn);
    },

    async remove({ id, properties, owner, signal }) {
      if (id !== undefined) await remove(id, signal);
      else await sweep({ owner, signal }, properties as Partial<Properties>, []);
    },
  };
}

function made(arn: string): Made {
  return { id: arn, attributes: { CertificateArn: arn } };
}

function domainsOf({ DomainName = '' }: Partial<Properties>): ReadonlySet<string> {
  return new Set([DomainName.toLowerCase()]);
}

/** The validation records, or undefined until ACM has all of them, some seconds after the request. */
function recordsOf(certificate: CertificateDetail | undefined): ResourceRecord[] | undefined {
  const options = certificate?.DomainValidationOptions ?? [];
  const records = options.flatMap(({ ResourceRecord }) => ResourceRecord ?? []);
  return options.length > 0 && records.length === options.length ? records : undefined;
}

function refusedFault(arn: string, { Status, FailureReason }: CertificateDetail): CustomResourceError {
  return new CustomResourceError({
    code: 'resource-failed',
    where: arn,
    received: [Status, FailureReason].filter(Boolean).join(': '),
    expected: 'a certificate that is issued',
    remedy:
      'see what the reason means in the troubleshooting of AWS Certificate Manager; CAA_ERROR: let amazon.com issue',
  });
}

function undelegatedFault({ DomainName }: Properties, { id, name, nameServers }: Zone): CustomResourceError {
  return new CustomResourceError({
    code: 'resource-failed',
    where: DomainName,
    received: `no validation in ${(LOOKS * LOOK_AGAIN_MS) / 60_000} minutes, with the records in the zone ${id}`,
    expected: `${name} to be delegated to this zone: NS ${nameServers.join(', ')}`,
    remedy: `set these NS records for ${name} at its registrar or in the zone above, then try the stack again`,
  });
}
