import { output } from '../definition/output.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';
import { KitError } from '../kit-error.ts';
import { render } from '../rendering/render.ts';
import { ALL_PORTS, EPHEMERAL, type Flows, networkAcl } from './network-acl.ts';
import { SUBNET_BITS } from './subnet-slots.ts';

const parameters = {
  VpcId: 'vpc-1',
  VpcCidr: '10.8.0.0/16',
  VpcIpv6Cidr: '2600:1:2:300::/56',
};

function rendered(flows: { in: Flows; out: Flows }) {
  const template = defineTemplate({
    name: 'test/guarded',
    summary: 'A network ACL',
    parameters: {
      VpcId: { kind: 'vpcId', mayBeEmpty: false, description: 'The VPC' },
      VpcCidr: param.cidr({ description: 'IPv4 range' }),
      VpcIpv6Cidr: { kind: 'ipv6Cidr', mayBeEmpty: false, description: 'IPv6 range' },
      SubnetBits: param.count({ description: 'Bits', default: '11', ...SUBNET_BITS }),
    },
    outputs: { Acl: output.text('The ACL') },
    build: ({ scope, params }) => ({ Acl: networkAcl(scope, 'Acl', params, flows).ref }),
  });
  return render(template, { parameters }).resources;
}

const properties = (flows: { in: Flows; out: Flows }, id: string) => rendered(flows)[id]?.Properties;

describe('a network ACL', () => {
  const flows = {
    in: {
      Web: { rule: 100, ports: 443, peer: 'anywhere' },
      Servers: { rule: 110, ports: ALL_PORTS, peer: 'server' },
    },
    out: { Inside: { rule: 100, ports: EPHEMERAL, peer: 'vpc' } },
  } as const;

  test('lets each flow through in both families', () => {
    const common = { NetworkAclId: '${Acl}', Egress: false, Protocol: 6, RuleAction: 'allow' };
    const web = { ...common, PortRange: { From: 443, To: 443 } };
    expect(properties(flows, 'AclInWeb')).toEqual({ ...web, RuleNumber: 100, CidrBlock: '0.0.0.0/0' });
    expect(properties(flows, 'AclInWebIpv6')).toEqual({ ...web, RuleNumber: 101, Ipv6CidrBlock: '::/0' });
    expect(properties(flows, 'AclOutInside')).toMatchObject({
      Egress: true,
      PortRange: { From: 1024, To: 65535 },
      CidrBlock: '10.8.0.0/16',
    });
    expect(properties(flows, 'AclOutInsideIpv6')).toMatchObject({ Ipv6CidrBlock: '2600:1:2:300::/56' });
  });

  test('names a tier by the one range of its slots', () => {
    // Slots 20 to 23 of 32: /21 each.
    expect(properties(flows, 'AclInServers')).toMatchObject({ CidrBlock: '10.8.160.0/19', RuleNumber: 110 });
    expect(properties(flows, 'AclInServersIpv6')).toMatchObject({ Ipv6CidrBlock: '2600:1:2:314::/62' });
  });

  test('lets routers say that a packet is too big, both ways', () => {
    for (const [way, Egress] of [
      ['In', false],
      ['Out', true],
    ] as const) {
      expect(properties(flows, `Acl${way}TooBig`)).toMatchObject({ Egress, Protocol: 1, Icmp: { Type: 3, Code: 4 } });
      expect(properties(flows, `Acl${way}TooBigIpv6`)).toMatchObject({
        Egress,
        Protocol: 58,
        Icmp: { Type: 2, Code: 0 },
      });
    }
  });

  test('has no other entry', () => {
    const entries = Object.values(rendered(flows)).filter(({ Type }) => Type === 'AWS::EC2::NetworkAclEntry');
    expect(entries).toHaveLength(2 * (3 + 2));
  });

  test('is refused beyond the quota of rules, with every direction that is', () => {
    const many = (count: number): Flows =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`F${index}`, { rule: 100 + 10 * index, ports: 443, peer: 'vpc' }]),
      );
    expect(() => rendered({ in: many(8), out: many(8) })).not.toThrow();
    try {
      rendered({ in: many(9), out: many(10) });
      throw new Error('it was let through');
    } catch (error) {
      if (!(error instanceof KitError)) throw error;
      expect(error.faults.map(({ code, where }) => `${code} ${where}`)).toEqual([
        'limit-exceeded network ACL Acl, in',
        'limit-exceeded network ACL Acl, out',
      ]);
    }
  });
});
