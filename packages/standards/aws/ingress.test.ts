import { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { ingressRules, portsOf, worldRanges } from './ingress.ts';

/** A rule of a security group, in YAML. */
function ruleOf(properties: string): Value {
  const text = `
Parameters: { Port: { Type: Number } }
Conditions: { C: !Equals [!Ref AWS::Region, a] }
Resources: { R: { Type: AWS::EC2::SecurityGroupIngress, Properties: { ${properties} } } }
`;
  return ingressRules(Template.read(Buffer.from(text), 'f').resources.get('R')!)[0]!;
}

describe('the ports of a rule', () => {
  it.each([
    ['IpProtocol: tcp, FromPort: 80, ToPort: 443', { from: 80, to: 443 }],
    ['IpProtocol: udp, FromPort: 53, ToPort: 53', { from: 53, to: 53 }],
    ['IpProtocol: TCP, FromPort: 0, ToPort: 65535', { from: 0, to: 65_535 }],
    ['IpProtocol: UDP, FromPort: 1, ToPort: 1', { from: 1, to: 1 }],
    ['IpProtocol: 6, FromPort: 1, ToPort: 1', { from: 1, to: 1 }],
    ["IpProtocol: '17', FromPort: '1', ToPort: '1'", { from: 1, to: 1 }],
    ['IpProtocol: tcp, FromPort: -1, ToPort: -1', { from: 0, to: 65_535 }],
    ["IpProtocol: '-1'", 'all'],
    ['IpProtocol: -1, FromPort: 80, ToPort: 80', 'all'],
    ['IpProtocol: icmp, FromPort: 8, ToPort: 0', undefined],
    ['IpProtocol: 1, FromPort: 8, ToPort: 0', undefined],
    ['FromPort: 80, ToPort: 80', undefined],
    ['IpProtocol: tcp', undefined],
    ['IpProtocol: tcp, FromPort: 80', undefined],
    ['IpProtocol: tcp, ToPort: 80', undefined],
    ['IpProtocol: tcp, FromPort: !Ref Port, ToPort: 80', undefined],
    ['IpProtocol: tcp, FromPort: 80, ToPort: !Ref Port', undefined],
    ['IpProtocol: tcp, FromPort: !If [C, 80, 443], ToPort: 80', undefined],
    ['IpProtocol: tcp, FromPort: 80a, ToPort: 80', undefined],
    ['IpProtocol: tcp, FromPort: 80, ToPort: a80', undefined],
  ])('are of { %s } %j', (properties, ports) => {
    expect(portsOf(ruleOf(properties))).toEqual(ports);
  });
});

describe('the whole world', () => {
  it.each([
    ['CidrIp: 0.0.0.0/0', 1],
    ["CidrIpv6: '::/0'", 1],
    ["CidrIpv6: '0::/0'", 1],
    ["CidrIpv6: '::0/0'", 1],
    ["CidrIpv6: '0:0:0:0:0:0:0:0/0'", 1],
    ["CidrIp: 0.0.0.0/0, CidrIpv6: '::/0'", 2],
    ['CidrIp: !If [C, 0.0.0.0/0, 10.0.0.0/8]', 1],
    ['CidrIp: 0.0.0.0/1', 0],
    ['CidrIp: 10.0.0.0/0', 0],
    ['CidrIp: 0.0.0.0/01', 0],
    ['CidrIp: 10.0.0.0.0/0', 0],
    ["CidrIpv6: '2001:db8::/32'", 0],
    ["CidrIpv6: 'fc00::/0'", 0],
    ["CidrIpv6: '::1/0'", 0],
    ['CidrIp: !Ref Port', 0],
    ['CidrIp: !ImportValue range', 0],
    ['SourceSecurityGroupId: sg-1', 0],
  ])('is in { %s } %d times', (properties, times) => {
    expect(worldRanges(ruleOf(properties))).toHaveLength(times);
  });
});
