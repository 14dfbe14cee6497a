import { Fn } from 'aws-cdk-lib';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { type Flag, when } from '../definition/flag.ts';
import type { Value } from '../definition/kinds.ts';
import type { Optional } from '../definition/optional.ts';
import type { Build } from '../definition/template.ts';

/** How a service is reached: the load balancer's own name, or a name in a zone. */
export interface AddressParams {
  readonly AlbDnsName: Value<'dnsName'>;
  readonly AlbZoneId: Value<'aliasZoneId'>;
  readonly HttpListenerArn: Value<'listenerArn'>;
  readonly HttpsListenerArn: Optional<'listenerArn'>;
  readonly HostedZoneId: Optional<'hostedZoneId'>;
  readonly ZoneName: Optional<'domainName'>;
  /** Labels before the zone's name; '' is the zone itself. */
  readonly Subdomain: Optional<'text'>;
}

export interface WebServiceAddress {
  /** Whether it has a name of its own. */
  readonly isNamed: Flag;
  /** That name: only where `isNamed` holds. */
  readonly name: string;
  readonly listenerArn: Value<'listenerArn'>;
  /** Without a path and without a slash at its end. */
  readonly url: string;
}

/**
 * The address of a service behind the shared load balancer, with its alias records where there is a zone:
 * `RecordIpv4`, `RecordIpv6`. HTTPS where the load balancer has a certificate.
 */
export function webServiceAddress(
  { scope, condition, rule }: Pick<Build<Record<never, never>>, 'scope' | 'condition' | 'rule'>,
  params: AddressParams,
): WebServiceAddress {
  const { HostedZoneId, ZoneName, Subdomain } = params;
  const given = (value: string) => Fn.conditionNot(Fn.conditionEquals(value, ''));
  rule('ZoneIdNeedsName', {
    describe: 'HostedZoneId needs ZoneName',
    when: given(HostedZoneId.orEmpty),
    assert: given(ZoneName.orEmpty),
  });
  rule('NameNeedsZone', {
    describe: 'ZoneName and Subdomain need HostedZoneId: the zone that gets the records',
    when: Fn.conditionOr(given(ZoneName.orEmpty), given(Subdomain.orEmpty)),
    assert: given(HostedZoneId.orEmpty),
  });

  const isNamed = condition('IsNamed', { all: [HostedZoneId.given, ZoneName.given] });
  const name = when(Subdomain.given, Fn.join('.', [Subdomain.orEmpty, ZoneName.orEmpty]), ZoneName.orEmpty);
  for (const [id, type] of Object.entries({ RecordIpv4: 'A', RecordIpv6: 'AAAA' }))
    isNamed.guards(
      new CfnRecordSet(scope, id, {
        hostedZoneId: HostedZoneId.orEmpty,
        name,
        type,
        aliasTarget: { dnsName: params.AlbDnsName, hostedZoneId: params.AlbZoneId, evaluateTargetHealth: true },
      }),
    );
  const host = when(isNamed, name, params.AlbDnsName);
  return {
    isNamed,
    name,
    listenerArn: params.HttpsListenerArn.or(params.HttpListenerArn),
    url: Fn.join('', [when(params.HttpsListenerArn.given, 'https', 'http'), '://', host]),
  };
}
