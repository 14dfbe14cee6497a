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

/** The routes of the template that stand in the same route table. */
export function routesBeside(route: Resource, template: Template): Resource[] {
  const table = tableOf(route);
  return table === undefined ? [] : routesOf(table, template).filter((other) => other !== route);
}

/** The routes of a table, by its logical id or the parameter that names it. */
export function routesOf(table: string, template: Template): Resource[] {
  return template.ofType('AWS::EC2::Route').filter((route) => tableOf(route) === table);
}

/** What a route or an association names as its route table, where that is one thing. */
export function tableOf(resource: Resource): string | undefined {
  const [table, ...more] = resource.values('RouteTableId');
  return more.length === 0 ? table?.reference?.target : undefined;
}
