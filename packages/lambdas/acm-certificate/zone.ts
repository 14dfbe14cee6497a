import type { ResourceRecord } from '@aws-sdk/client-acm';
import { ChangeResourceRecordSetsCommand, GetHostedZoneCommand, type Route53Client } from '@aws-sdk/client-route-53';
import { CustomResourceError } from '@bitclouded/kit/custom-resource';
import { namesOf, type Properties } from './properties.ts';

export interface Zone {
  readonly id: string;
  /** Without the dot at its end. */
  readonly name: string;
  readonly nameServers: readonly string[];
}

/** Seconds for which resolvers keep a validation record. */
const TTL = 300;

/**
 * The zone of the certificate's names.
 * @throws CustomResourceError `property-invalid` for a private zone, and for each name that is not in it
 */
export async function readZone(
  route53: Route53Client,
  properties: Properties,
  abortSignal: AbortSignal,
): Promise<Zone> {
  const id = properties.HostedZoneId;
  const { HostedZone, DelegationSet } = await route53.send(new GetHostedZoneCommand({ Id: id }), { abortSignal });
  const name = (HostedZone?.Name ?? '').replace(/\.$/, '').toLowerCase();
  const outside = namesOf(properties).filter((each) => each !== name && !each.endsWith(`.${name}`));
  const faults = [
    ...(HostedZone?.Config?.PrivateZone ? [zoneFault(id, 'a private zone')] : []),
    ...outside.map((each) => zoneFault(each, `a name outside of the zone ${name}`)),
  ];
  if (faults.length > 0) throw new CustomResourceError(faults);
  return { id, name, nameServers: DelegationSet?.NameServers ?? [] };
}

/** Puts validation records into the zone. The same name has the same record always, so that it may be there already. */
export async function putRecords(
  route53: Route53Client,
  zone: Zone,
  records: readonly ResourceRecord[],
  abortSignal: AbortSignal,
): Promise<void> {
  // A wildcard has the record of the name without it.
  const each = new Map(records.map((record) => [record.Name!, record]));
  const Changes = [...each.values()].map(({ Name, Type, Value }) => ({
    Action: 'UPSERT' as const,
    ResourceRecordSet: { Name, Type, TTL, ResourceRecords: [{ Value }] },
  }));
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone.id, ChangeBatch: { Changes } }), {
    abortSignal,
  });
}

function zoneFault(where: string, received: string) {
  return {
    code: 'property-invalid' as const,
    where,
    received,
    expected: 'a public zone that holds every name of the certificate',
    remedy: 'correct HostedZoneId, DomainName or AlternativeNames of the custom resource',
  };
}
