import { perTemplate } from '../model/per-template.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';

const EVERYWHERE = /^[0:]*::?0*\/0$/;

/**
 * Where a route lets IPv6 traffic out through a gateway that lets it in as well; undefined where it does not, or only
 * the stack knows. A gateway from another stack counts where `assumed` is set: IPv6 leaves through hardly another.
 */
export function openIpv6Gateway(
  route: Resource,
  template: Template,
  { assumed }: { assumed: boolean },
): Value | undefined {
  if (!route.values('DestinationIpv6CidrBlock').every(({ text }) => text !== undefined && EVERYWHERE.test(text)))
    return undefined;
  return route.values('GatewayId').find((gateway) => {
    const type = template.referred(gateway)?.type;
    if (type !== undefined) return type === 'AWS::EC2::InternetGateway';
    return gateway.text?.startsWith('igw-') || (assumed && gateway.kind === 'reference');
  });
}

/** The routes that certainly send all IPv4 through a NAT gateway, in the table of another route. */
export function natRoutesBeside(route: Resource, template: Template): readonly Resource[] {
  const table = tableOf(route);
  return table === undefined ? [] : (natRoutesByTable(template).get(table) ?? []);
}

/** Whether the table that an association names has a route for IPv6 that lets in, as far as the template tells. */
export function leadsToOpenTable(association: Resource, template: Template): boolean {
  const table = tableOf(association);
  return table !== undefined && openTables(template).has(table);
}

/** What a route or an association names as its route table, where that is one thing. */
function tableOf(resource: Resource): string | undefined {
  const [table, ...more] = resource.values('RouteTableId');
  return more.length === 0 ? table?.reference?.target : undefined;
}

function isThroughNat(route: Resource): boolean {
  return (
    route.values('DestinationCidrBlock').every((range) => range.is('0.0.0.0/0')) &&
    route.values('NatGatewayId').every(({ kind }) => kind === 'reference' || kind === 'text')
  );
}

const natRoutesByTable = perTemplate((template) =>
  Map.groupBy(template.ofType('AWS::EC2::Route').filter(isThroughNat), tableOf),
);

const openTables = perTemplate((template): ReadonlySet<string | undefined> => {
  const routes = template.ofType('AWS::EC2::Route');
  return new Set(routes.filter((route) => openIpv6Gateway(route, template, { assumed: true })).map(tableOf));
});
