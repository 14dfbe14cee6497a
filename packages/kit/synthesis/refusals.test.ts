import { CfnSecurityGroup, CfnSubnet } from 'aws-cdk-lib/aws-ec2';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { output } from '../definition/output.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';
import { KitError } from '../kit-error.ts';
import { keys, network } from '../testing/upstreams.ts';
import { synthesise } from './synthesise.ts';

const faultsOf = (act: () => unknown): readonly { code: string; where: string; received: string; remedy: string }[] => {
  try {
    act();
  } catch (error) {
    if (error instanceof KitError) return error.faults;
    throw error;
  }
  return [];
};
const base = { name: 'test/template', summary: 'A template' };

describe('synthesise refuses', () => {
  it('a name that is no category/name, with every other fault of the definition', () => {
    const faults = faultsOf(() =>
      synthesise(
        defineTemplate({
          name: 'Bad Name',
          summary: 's',
          requires: { 'datastore/rds': { Engine: 'mysql' } },
          parameters: {
            lower: param.cidr({ description: 'd', default: 'not a range' }),
            Vpc: param.from(network, 'VpcId'),
          },
          outputs: {},
          build: () => ({}),
        }),
      ),
    );
    expect(faults.map(({ code }) => code)).toEqual([
      'name-invalid',
      'name-invalid',
      'default-invalid',
      'wiring-name',
      'requires-unknown',
    ]);
    expect(faults[3]!.remedy).toContain('test/network');
  });

  it('a parameter that the kit adds itself', () => {
    const reserved = defineTemplate({
      ...base,
      parameters: { PermissionsBoundaryArn: param.optionalArn({ description: 'd' }) },
      outputs: {},
      build: () => ({}),
    });
    expect(faultsOf(() => synthesise(reserved))).toMatchObject([{ code: 'name-reserved' }]);
  });

  it('a circle of wiring, in plain words', () => {
    const circular = defineTemplate({
      ...base,
      parameters: { KeyArn: undefined as never },
      outputs: {},
      build: () => ({}),
    });
    expect(faultsOf(() => synthesise(circular))).toMatchObject([
      { code: 'wiring-circle', remedy: 'take the wire out that leads back here' },
    ]);
  });

  it('outputs that the compiler was talked out of', () => {
    const missing = defineTemplate({
      ...base,
      parameters: {},
      outputs: { A: output.text('a') },
      build: () => ({}) as { A: string },
    });
    const extra = defineTemplate({
      ...base,
      parameters: {},
      outputs: {},
      build: () => ({ A: 'a' }) as unknown as Record<never, never>,
    });
    expect(faultsOf(() => synthesise(missing))).toMatchObject([{ code: 'output-missing' }]);
    expect(faultsOf(() => synthesise(extra))).toMatchObject([{ code: 'output-undeclared', received: 'A' }]);
  });

  it('a value of one kind in a property of another, also behind a condition', () => {
    const wrong = defineTemplate({
      ...base,
      parameters: { ...param.allFrom(network, ['VpcId', 'VpcCidr']), KeyArn: param.optionalFrom(keys, 'KeyArn') },
      outputs: {},
      build({ scope, params }) {
        new CfnSubnet(scope, 'Subnet', {
          vpcId: params.VpcId,
          availabilityZone: params.VpcId,
          cidrBlock: params.VpcCidr,
        });
        new CfnSecurityGroup(scope, 'Group', { groupDescription: 'd', vpcId: params.KeyArn.or() });
        return {};
      },
    });
    expect(faultsOf(() => synthesise(wrong))).toMatchObject([
      {
        code: 'wrong-kind',
        where: 'template test/template, Subnet.AvailabilityZone',
        received: 'parameter VpcId, of kind vpcId',
      },
      {
        code: 'wrong-kind',
        where: 'template test/template, Group.VpcId',
        received: 'parameter KeyArn, of kind keyArn',
      },
    ]);
  });

  it('what is larger than CloudFormation takes', () => {
    const many = defineTemplate({
      ...base,
      parameters: {},
      outputs: {},
      build({ scope }) {
        for (let index = 0; index < 501; index++)
          new CfnLogGroup(scope, `Group${index}`, { logGroupName: 'x'.repeat(2000) });
        return {};
      },
    });
    expect(faultsOf(() => synthesise(many)).map(({ code, received }) => [code, received.replace(/\d+/, 'n')])).toEqual([
      ['limit-exceeded', 'n bytes'],
      ['limit-exceeded', 'n resources'],
    ]);
  });
});
