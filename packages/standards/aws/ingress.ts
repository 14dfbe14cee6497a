import type { Resource } from '../model/resource.ts';
import type { Value } from '../model/value.ts';

/** Types with rules that let traffic in. */
export const ingressTypes = ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress'];
export const egressTypes = ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupEgress'];

/** One rule: a map with IpProtocol, FromPort, ToPort and a source or destination. */
export function ingressRules(resource: Resource): Value[] {
  return resource.type === 'AWS::EC2::SecurityGroup'
    ? resource.values('SecurityGroupIngress.*')
    : resource.attribute('Properties');
}

export function egressRules(resource: Resource): Value[] {
  return resource.type === 'AWS::EC2::SecurityGroup'
    ? resource.values('SecurityGroupEgress.*')
    : resource.attribute('Properties');
}

/** The ranges of a rule that are the whole world, IPv4 and IPv6. */
export function worldRanges(rule: Value): Value[] {
  return [...rule.values('CidrIp'), ...rule.values('CidrIpv6')].filter(
    ({ text }) => text !== undefined && /^(?:0\.0\.0\.0|[0:]*::?0*)\/0$/.test(text),
  );
}

/** Every port of every protocol, a range of TCP or UDP ports, or undefined where it is neither or open. */
export function portsOf(rule: Value): 'all' | { readonly from: number; readonly to: number } | undefined {
  const [protocol] = rule.values('IpProtocol');
  if (protocol?.is('-1')) return 'all';
  if (!protocol?.is('tcp', 'udp', '6', '17', 'TCP', 'UDP')) return undefined;
  const [from, to] = [portAt(rule, 'FromPort'), portAt(rule, 'ToPort')];
  if (from === undefined || to === undefined) return undefined;
  return from === -1 ? { from: 0, to: 65_535 } : { from, to };
}

function portAt(rule: Value, name: string): number | undefined {
  const [port, ...more] = rule.values(name);
  const text = more.length === 0 ? port?.text : undefined;
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
