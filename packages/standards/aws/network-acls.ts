import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';

export const aclType = 'AWS::EC2::NetworkAcl';

/** The ports at which clients await their answers. Source: VPC User Guide, "Custom network ACLs", Ephemeral ports. */
export const EPHEMERAL: Ports = { from: 1024, to: 65_535 };
const ALL_PORTS: Ports = { from: 0, to: 65_535 };

export const directions = ['in', 'out'] as const;
export const families = ['IPv4', 'IPv6'] as const;
export type Direction = (typeof directions)[number];
export type Family = (typeof families)[number];

export interface Ports {
  readonly from: number;
  readonly to: number;
}

/** An entry of a network ACL, with all that it may be: what only the stack knows leaves several possible. */
export interface AclEntry {
  readonly directions: ReadonlySet<Direction>;
  readonly families: ReadonlySet<Family>;
  readonly mayAllow: boolean;
  readonly mayDeny: boolean;
  /** Of TCP; undefined where they are open, none where it is about another protocol. */
  readonly ports: Ports | 'none' | undefined;
  readonly isTcpAlone: boolean;
}

/** The entries of the template that are, or may be, a network ACL's. */
export function entriesOf(acl: Resource, template: Template): AclEntry[] {
  return template
    .referrers(acl)
    .filter(({ type }) => type === 'AWS::EC2::NetworkAclEntry')
    .filter((entry) => entry.values('NetworkAclId').some((id) => template.referred(id) === acl))
    .map(readEntry);
}

/** Whether an entry may let TCP through, that way and by that family. */
export function mayLetThrough(entry: AclEntry, direction: Direction, family: Family): boolean {
  return entry.mayAllow && entry.ports !== 'none' && entry.directions.has(direction) && entry.families.has(family);
}

/** Whether an entry is certainly for connections to a service, not for answers: TCP to one port, or to low ones. */
export function isRequest({ ports, isTcpAlone, mayDeny, directions: ways, families: kinds }: AclEntry): boolean {
  if (!isTcpAlone || mayDeny || ways.size !== 1 || kinds.size !== 1) return false;
  return typeof ports === 'object' && (ports.from === ports.to || ports.to < EPHEMERAL.from);
}

/** Whether answers may pass: they go to any high port, so that one port alone is for something else. */
export function mayAnswer({ ports }: AclEntry): boolean {
  return typeof ports !== 'object' || (ports.from < ports.to && ports.to >= EPHEMERAL.from);
}

function readEntry(entry: Resource): AclEntry {
  const egress = entry.values('Egress');
  const actions = entry.values('RuleAction');
  const protocols = entry.values('Protocol');
  const isOpen = (path: string): boolean => entry.values(path).some(({ isAbsent }) => !isAbsent);
  return {
    directions: new Set([
      ...(egress.every((value) => value.is('true')) ? [] : (['in'] as const)),
      ...(egress.every((value) => value.isAbsent || value.is('false')) ? [] : (['out'] as const)),
    ]),
    families: new Set([
      ...(isOpen('CidrBlock') ? (['IPv4'] as const) : []),
      ...(isOpen('Ipv6CidrBlock') ? (['IPv6'] as const) : []),
    ]),
    mayAllow: actions.some((action) => !action.isNot('allow')),
    mayDeny: actions.some((action) => !action.is('allow')),
    ports: portsOf(entry, protocols),
    isTcpAlone: protocols.every((protocol) => protocol.is('6')),
  };
}

function portsOf(entry: Resource, protocols: readonly Value[]): AclEntry['ports'] {
  if (protocols.every((protocol) => protocol.is('-1'))) return ALL_PORTS;
  if (protocols.every((protocol) => protocol.isNot('-1', '6'))) return 'none';
  if (!protocols.every((protocol) => protocol.is('6'))) return undefined;
  const [from, to] = ['PortRange.From', 'PortRange.To'].map((path) => portAt(entry, path));
  return from === undefined || to === undefined ? undefined : { from, to };
}

function portAt(entry: Resource, path: string): number | undefined {
  const [port, ...more] = entry.values(path);
  const text = more.length === 0 ? port?.text : undefined;
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
