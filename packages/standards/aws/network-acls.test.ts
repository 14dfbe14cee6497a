import { Template } from '../model/template.ts';
import { type AclEntry, entriesOf, isRequest, mayAnswer, mayLetThrough } from './network-acls.ts';

/** The entry of the network ACL `Acl` that has these properties, if it is one. */
function entryWith(properties: string): AclEntry | undefined {
  const text = `
    Parameters:
      Given: { Type: String }
    Conditions:
      First: !Equals [!Ref Given, first]
    Resources:
      Acl: { Type: AWS::EC2::NetworkAcl }
      Other: { Type: AWS::EC2::NetworkAcl }
      Entry:
        Type: AWS::EC2::NetworkAclEntry
        Properties: { ${properties} }
  `;
  const template = Template.read(Buffer.from(text), 'acl.yaml');
  return entriesOf(template.resources.get('Acl')!, template)[0];
}

describe('entriesOf', () => {
  it.each([
    ['!Ref Acl', true],
    ['!GetAtt Acl.Id', true],
    ['!If [First, !Ref Acl, !Ref Other]', true],
    ['!Ref Other', false],
    ['!Ref Given', false],
  ])('takes an entry of %s for its own: %s', (id, isOwn) => {
    expect(entryWith(`NetworkAclId: ${id}`) !== undefined).toBe(isOwn);
  });

  it.each([
    ['', ['in']],
    ['Egress: false', ['in']],
    ['Egress: true', ['out']],
    ['Egress: !If [First, true, false]', ['in', 'out']],
    ['Egress: !Ref Given', ['in', 'out']],
  ])('reads the direction of "%s"', (egress, expected) => {
    expect([...entryWith(`NetworkAclId: !Ref Acl, ${egress}`)!.directions]).toEqual(expected);
  });

  it.each([
    ['CidrBlock: 10.0.0.0/8', ['IPv4']],
    ['Ipv6CidrBlock: ::/0', ['IPv6']],
    ['CidrBlock: !If [First, 10.0.0.0/8, !Ref AWS::NoValue], Ipv6CidrBlock: !Ref Given', ['IPv4', 'IPv6']],
  ])('reads the family of "%s"', (ranges, expected) => {
    expect([...entryWith(`NetworkAclId: !Ref Acl, ${ranges}`)!.families]).toEqual(expected);
  });

  it.each([
    ['Protocol: -1', { from: 0, to: 65_535 }],
    ['Protocol: 6, PortRange: { From: 80, To: 443 }', { from: 80, to: 443 }],
    ['Protocol: !Ref Given, PortRange: { From: 80, To: 443 }', undefined],
    ['Protocol: 17, PortRange: { From: 53, To: 53 }', 'none'],
    ['Protocol: !If [First, 6, 17], PortRange: { From: 53, To: 53 }', undefined],
    ['Protocol: !If [First, -1, 6], PortRange: { From: 80, To: 80 }', undefined],
    ['Protocol: 6, PortRange: { From: !Ref Given, To: 443 }', undefined],
    ['Protocol: 6, PortRange: { From: 80, To: !Ref Given }', undefined],
    ['Protocol: 6, PortRange: { From: !If [First, 80, 81], To: 443 }', undefined],
    ['Protocol: 6', undefined],
  ])('reads the ports of "%s"', (ports, expected) => {
    expect(entryWith(`NetworkAclId: !Ref Acl, ${ports}`)!.ports).toEqual(expected);
  });

  it.each([
    ['allow', true, false],
    ['deny', false, true],
    ['!If [First, allow, deny]', true, true],
    ['!Ref Given', true, true],
  ])('reads the action %s', (action, mayAllow, mayDeny) => {
    expect(entryWith(`NetworkAclId: !Ref Acl, RuleAction: ${action}`)).toMatchObject({ mayAllow, mayDeny });
  });

  it.each([
    ['6', true],
    ['-1', false],
    ['!If [First, 6, 17]', false],
  ])('knows whether protocol %s is TCP alone: %s', (protocol, isTcpAlone) => {
    expect(entryWith(`NetworkAclId: !Ref Acl, Protocol: ${protocol}`)).toMatchObject({ isTcpAlone });
  });
});

describe('mayLetThrough', () => {
  const web = 'NetworkAclId: !Ref Acl, Protocol: 6, PortRange: { From: 443, To: 443 }, CidrBlock: 0.0.0.0/0';
  it.each([
    [`${web}, RuleAction: allow`, 'in', 'IPv4', true],
    [`${web}, RuleAction: allow`, 'out', 'IPv4', false],
    [`${web}, RuleAction: allow`, 'in', 'IPv6', false],
    [`${web}, RuleAction: deny`, 'in', 'IPv4', false],
    ['NetworkAclId: !Ref Acl, Protocol: 17, CidrBlock: 0.0.0.0/0, RuleAction: allow', 'in', 'IPv4', false],
  ] as const)('says of "%s" %s over %s: %s', (properties, direction, family, expected) => {
    expect(mayLetThrough(entryWith(properties)!, direction, family)).toBe(expected);
  });
});

describe('isRequest and mayAnswer', () => {
  const entry = 'NetworkAclId: !Ref Acl, RuleAction: allow, CidrBlock: 0.0.0.0/0';
  const ports = (from: number, to: number): string => `Protocol: 6, PortRange: { From: ${from}, To: ${to} }`;
  it.each([
    [`${entry}, ${ports(3306, 3306)}`, true, false],
    [`${entry}, ${ports(80, 443)}`, true, false],
    [`${entry}, ${ports(0, 1023)}`, true, false],
    [`${entry}, ${ports(0, 1024)}`, false, true],
    [`${entry}, ${ports(1024, 65_535)}`, false, true],
    [`${entry}, Protocol: -1`, false, true],
    [`${entry}, Protocol: !Ref Given, PortRange: { From: 80, To: 80 }`, false, true],
    [`${entry}, ${ports(80, 80)}, Egress: !Ref Given`, false, false],
    [`${entry}, ${ports(80, 80)}, Ipv6CidrBlock: !Ref Given`, false, false],
    [`NetworkAclId: !Ref Acl, CidrBlock: 0.0.0.0/0, ${ports(80, 80)}, RuleAction: !Ref Given`, false, false],
  ])('says of "%s" whether it asks (%s) and whether it answers (%s)', (properties, asks, answers) => {
    const read = entryWith(properties)!;
    expect([isRequest(read), mayAnswer(read)]).toEqual([asks, answers]);
  });
});
