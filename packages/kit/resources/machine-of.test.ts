import { Fn, Tokenization } from 'aws-cdk-lib';
import { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import { defineImage } from '../definition/image.ts';
import { param } from '../definition/parameter.ts';
import { defineTemplate } from '../definition/template.ts';
import { render } from '../rendering/render.ts';
import { synthesise } from '../synthesis/synthesise.ts';

const both = defineImage({
  name: 'linux-base',
  summary: 'A machine',
  variety: 'machine',
  version: '1',
  architectures: ['x86_64', 'arm64'],
  bases: ['canonical/x'],
  smokeTest: ['true'],
});
const one = defineImage({ ...both, name: 'windows-base', architectures: ['x86_64'] });

const servers = (image: typeof both | typeof one, chooses: boolean, byChoice = false) =>
  defineTemplate({
    name: 'hosting/servers',
    summary: 'Servers of a machine image',
    parameters: {
      ImageId: param.optionalImageId({ description: 'Another machine image' }),
      Architecture: param.text({
        description: 'Architecture of the machines',
        allowedValues: ['x86_64', 'arm64'],
        default: 'arm64',
      }),
      Number: param.count({ description: 'Number of machines', minimum: 0, maximum: 2, default: '0' }),
    },
    outputs: {},
    build({ scope, params, artifacts, condition }) {
      const isArm64 = condition('IsArm64', { equal: [params.Architecture, 'arm64'] });
      const number = Tokenization.stringifyNumber(params.Number);
      const imageId = artifacts.machine(image, {
        imageId: params.ImageId,
        ...(chooses && { isArm64 }),
        ...(byChoice && { when: Fn.conditionNot(Fn.conditionEquals(number, '0')) }),
      });
      new CfnLaunchTemplate(scope, 'Servers', { launchTemplateData: { imageId } });
      return {};
    },
  });

test('an image of both architectures is taken from a map, unless the user gives one', () => {
  const { template, interface: face } = synthesise(servers(both, true));
  expect(template.Mappings).toEqual({ MachineLinuxBase: { 'linux-base': { Arm64: 'unbound', X8664: 'unbound' } } });
  expect(face.images).toEqual(['linux-base']);
  const find = (key: string) => ({ 'Fn::FindInMap': ['MachineLinuxBase', { Ref: 'AWS::Region' }, key] });
  expect(template.Resources).toMatchObject({
    Servers: {
      Properties: {
        LaunchTemplateData: {
          ImageId: {
            'Fn::If': ['ImageIdGiven', { Ref: 'ImageId' }, { 'Fn::If': ['IsArm64', find('Arm64'), find('X8664')] }],
          },
        },
      },
    },
  });
});

test('an image of one architecture needs no choice, and one of two does', () => {
  expect(synthesise(servers(one, false)).template.Mappings).toEqual({
    MachineWindowsBase: { 'windows-base': { X8664: 'unbound' } },
  });
  expect(() => synthesise(servers(both, false))).toThrow(expect.objectContaining({ code: 'architecture-missing' }));
});

test('unbound, a stack without an image of its own is refused, and one with it is not', () => {
  const template = servers(both, true);
  expect(() => render(template, { parameters: {} })).toThrow(/linux-base is not published to this region/);
  const given = render(template, { parameters: { ImageId: 'ami-0123456789abcdef0' } });
  expect(JSON.stringify(given)).toContain('ami-0123456789abcdef0');
});

test('a stack that starts no machine needs no image', () => {
  const template = servers(both, true, true);
  expect(() => render(template, { parameters: { Number: '1' } })).toThrow(/linux-base is not published/);
  const given = { Number: '1', ImageId: 'ami-0123456789abcdef0' };
  expect(() => render(template, { parameters: given })).not.toThrow();
  expect(synthesise(template).template.Rules).toMatchObject({
    PublishedLinuxBase: { RuleCondition: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Number' }, '0'] }] } },
  });
});
