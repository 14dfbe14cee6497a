import { Aws, Fn } from 'aws-cdk-lib';
import { CfnSubnet, CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { unless, when } from '../definition/flag.ts';
import { output } from '../definition/output.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';
import { KitError } from '../kit-error.ts';
import { governor, keys } from '../testing/upstreams.ts';
import { render } from './render.ts';

const template = defineTemplate({
  name: 'test/rendered',
  summary: 'A template',
  parameters: {
    Cidr: param.cidr({ description: 'Range', default: '10.1.0.0/16' }),
    Zone: param.zoneName({ description: 'Zone' }),
    Second: param.flag({ description: 'A second VPC' }),
    KeyArn: param.optionalFrom(keys, 'KeyArn'),
    Count: param.count({ description: 'Count', minimum: 1, maximum: 5, default: '2' }),
  },
  outputs: { VpcId: output.vpcId('The VPC'), KeyArn: output.keyArn.orEmpty('The key'), Place: output.text('Where') },
  build({ scope, params, condition, rule, lambdaFunction }) {
    const vpc = new CfnVPC(scope, 'Vpc', {
      cidrBlock: params.Cidr,
      enableDnsSupport: when(params.Second, true, false),
      instanceTenancy: unless(params.Second, 'default'),
    });
    params.Second.guards(new CfnVPC(scope, 'Other', { cidrBlock: '10.2.0.0/16' }));
    condition('Both', { all: [params.Second, params.KeyArn.given] }).guards(
      new CfnVPC(scope, 'Third', { cidrBlock: '10.3.0.0/16' }),
    );
    new CfnSubnet(scope, 'Subnet', {
      vpcId: vpc.ref,
      availabilityZone: params.Zone,
      cidrBlock: Fn.select(1, Fn.cidr(params.Cidr, 4, '8')),
    });
    lambdaFunction('Governor', governor, {
      environment: { MODE: 'x' },
      grants: { governed: [`arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:*`], listing: ['*'] },
      logs: { retentionInDays: 7, key: params.KeyArn },
    });
    rule('ZoneInRegion', {
      describe: 'Zone must not be the local zone',
      assert: Fn.conditionNot(Fn.conditionEquals(params.Zone, 'us-west-2-lax-1a')),
    });
    return { VpcId: vpc.ref, KeyArn: params.KeyArn.orEmpty, Place: `${Aws.PARTITION}/${Aws.REGION}` };
  },
});
const parameters = { Zone: 'eu-west-1a' };

describe('render', () => {
  it('leaves out what a condition does not let be made, and AWS::NoValue', () => {
    const { resources } = render(template, { parameters });
    expect(Object.keys(resources)).toEqual(['Vpc', 'Subnet', 'GovernorLogs', 'GovernorRole', 'Governor']);
    expect(resources.Vpc!.Properties).toMatchObject({
      CidrBlock: '10.1.0.0/16',
      EnableDnsSupport: false,
      InstanceTenancy: 'default',
    });
    expect(resources.GovernorLogs!.Properties).not.toHaveProperty('KmsKeyId');
  });

  it('takes the other branch when the parameters say so', () => {
    const { resources, outputs, conditions } = render(template, {
      parameters: { ...parameters, Second: 'true', KeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1' },
    });
    expect(Object.keys(resources)).toEqual(expect.arrayContaining(['Other', 'Third']));
    expect(resources.Vpc!.Properties).not.toHaveProperty('InstanceTenancy');
    expect(resources.GovernorLogs!.Properties).toMatchObject({ KmsKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/1' });
    expect(outputs).toEqual({
      VpcId: '${Vpc}',
      KeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1',
      Place: 'aws/eu-west-1',
    });
    expect(conditions).toMatchObject({ SecondIsTrue: true, Both: true });
  });

  it('computes subnets and keeps what only AWS knows as a word', () => {
    expect(render(template, { parameters }).resources.Subnet!.Properties).toMatchObject({
      CidrBlock: '10.1.1.0/24',
      VpcId: '${Vpc}',
    });
  });

  it('renders for each partition', () => {
    const { resources } = render(template, {
      parameters,
      partition: 'aws-cn',
      region: 'cn-north-1',
      accountId: '111122223333',
    });
    expect(JSON.stringify(resources.GovernorRole)).toContain('arn:aws-cn:logs:cn-north-1:111122223333:*');
  });

  it('refuses, all at once, what CloudFormation would refuse of the parameters', () => {
    expect.assertions(2);
    try {
      render(template, { parameters: { Zone: '', Cidr: 'ten', Second: 'maybe', Count: '9', Nope: 'x' } });
    } catch (error) {
      expect(error).toBeInstanceOf(KitError);
      expect((error as KitError).faults.map(({ code, where }) => `${code} ${where.split(' ').at(-1)}`)).toEqual([
        'parameter-invalid Nope',
        'parameter-invalid Cidr',
        'parameter-invalid Zone',
        'parameter-invalid Second',
        'parameter-invalid Count',
      ]);
    }
  });

  it('refuses a parameter that has no default and no value', () => {
    expect(() => render(template)).toThrow(/parameter Zone: parameter-invalid\n {2}received {2}nothing/);
  });

  it('refuses what a Rule refuses, in the words of the rule', () => {
    expect(() => render(template, { parameters: { Zone: 'us-west-2-lax-1a' } })).toThrow(
      /rule-failed[\s\S]*Zone must not be the local zone/,
    );
  });

  it('refuses a reference to a resource that the conditions do not make', () => {
    const dangling = defineTemplate({
      name: 'test/dangling',
      summary: 's',
      parameters: { On: param.flag({ description: 'd' }) },
      outputs: {},
      build({ scope, params }) {
        const vpc = params.On.guards(new CfnVPC(scope, 'Vpc', { cidrBlock: '10.0.0.0/16' }));
        new CfnSubnet(scope, 'Subnet', { vpcId: vpc.ref, cidrBlock: '10.0.0.0/24' });
        return {};
      },
    });
    expect(() => render(dangling)).toThrow(/reference-unknown\n {2}received {2}Vpc/);
    expect(() => render(dangling, { parameters: { On: 'true' } })).not.toThrow();
  });

  it('refuses an intrinsic function that no template of the catalogue may use', () => {
    const zones = defineTemplate({
      name: 'test/zones',
      summary: 's',
      parameters: {},
      outputs: {},
      build({ scope }) {
        new CfnSubnet(scope, 'Subnet', { vpcId: 'vpc-1', availabilityZone: Fn.select(0, Fn.getAzs()) });
        return {};
      },
    });
    expect(() => render(zones)).toThrow(/intrinsic-unknown\n {2}received {2}Fn::GetAZs/);
  });
});
