import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesise, type Template } from '@bitclouded/kit';
import { changesSection } from './changes-section.ts';
import { parameterChanges } from './parameter-changes.ts';

const changes = (Resources: object, more: object = {}) =>
  parameterChanges({ Parameters: { P: { Type: 'String' } }, Resources, ...more })[0]!;
const bucket = (value: unknown) => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName: value } });

describe('parameterChanges', () => {
  it.each([
    ['a reference', { Ref: 'P' }],
    ['a substitution', { 'Fn::Sub': 'x-${P}' }],
    ['a substitution with names of its own', { 'Fn::Sub': ['x-${Own}', { Own: { Ref: 'P' } }] }],
    ['a function of a function', { 'Fn::Join': ['-', ['x', { 'Fn::Select': [0, { Ref: 'P' }] }]] }],
  ])('follows %s into a property that replaces', (_, value) => {
    expect(changes({ B: bucket(value) })).toEqual({
      parameter: 'P',
      inPlace: [],
      mayReplace: [],
      replaces: ['B'],
      adds: [],
    });
  });

  it('is not misled by an escaped substitution, another name or a literal', () => {
    for (const value of [{ 'Fn::Sub': '${!P}' }, { Ref: 'Other' }, 'P', { 'Fn::Sub': '${Other.P}' }])
      expect(changes({ B: bucket(value) }).replaces).toEqual([]);
  });

  it('tells what changes in place, what may be replaced and what is replaced apart, by the weightiest property', () => {
    const table = (name: string) => ({ Type: 'AWS::RDS::DBInstance', Properties: { [name]: { Ref: 'P' } } });
    const found = changes({ A: table('DBInstanceClass'), B: table('MultiAZ'), C: table('DBSubnetGroupName') });
    expect(found).toMatchObject({ inPlace: ['A'], mayReplace: ['B'], replaces: ['C'] });
    const both = { ...table('DBInstanceClass').Properties, ...table('DBSubnetGroupName').Properties };
    expect(changes({ A: { Type: 'AWS::RDS::DBInstance', Properties: both } })).toMatchObject({
      inPlace: [],
      replaces: ['A'],
    });
  });

  it('follows conditions of conditions, into properties and over whole resources', () => {
    const Conditions = {
      Has: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'P' }, ''] }] },
      Both: { 'Fn::And': [{ Condition: 'Has' }, { 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws'] }] },
      Other: { 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws'] },
    };
    const found = changes(
      {
        A: { ...bucket('a'), Condition: 'Both' },
        B: bucket({ 'Fn::If': ['Has', 'x', 'y'] }),
        C: { ...bucket({ 'Fn::If': ['Other', 'x', 'y'] }), Condition: 'Other' },
      },
      { Conditions },
    );
    expect(found).toMatchObject({ adds: ['A'], replaces: ['B'], inPlace: [], mayReplace: [] });
  });

  it('follows a replaced resource to what refers to it, and what may be replaced no further than "may"', () => {
    const refers = (to: string) => ({
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId: { 'Fn::GetAtt': [to, 'SubnetId'] } },
    });
    const subnet = (name: string) => ({ Type: 'AWS::EC2::Subnet', Properties: { [name]: { Ref: 'P' } } });
    expect(changes({ R: refers('S'), S: subnet('VpcId') })).toMatchObject({ replaces: ['S', 'R'] });
    expect(changes({ R: refers('S'), S: subnet('MapPublicIpOnLaunch') })).toMatchObject({
      inPlace: ['S'],
      replaces: [],
    });
    expect(changes({ R: refers('S'), S: subnet('Ipv6CidrBlock') })).toMatchObject({ mayReplace: ['S', 'R'] });
  });

  it('leaves it to the function of a custom resource what its change does', () => {
    expect(changes({ R: { Type: 'Custom::Thing', Properties: { A: { Ref: 'P' } } } }).inPlace).toEqual(['R']);
  });
});

test('a page names few resources, data before all others, and counts the rest', () => {
  const Resources = Object.fromEntries(['A', 'B', 'C', 'D', 'E', 'F'].map((id) => [id, bucket({ Ref: 'P' })]));
  const template = { Parameters: { P: {}, Unused: {} }, Resources };
  const resources = [{ logicalId: 'F', type: 'AWS::S3::Bucket', stateful: true }];
  const page = changesSection(template, { resources } as never)!;
  expect(page).toContain('| **`F`**, `A`, `B`, `C` and 2 more |');
  expect(page).not.toContain('Unused');
  expect(changesSection({ Parameters: { Unused: {} }, Resources: {} }, { resources: [] })).toBeUndefined();
});

/** Their pages say what is made anew, and from what. Of Object Lock only older descriptions of the type say so. */
const NAMED = new Set(['Snapshot', 'Engine', 'Prefix', 'Domain', 'ExistingZoneId', 'Aurora', 'ObjectLock']);

test('no parameter replaces what holds data, but those whose page says that they are chosen once', async () => {
  const unsaid: string[] = [];
  let seen = 0;
  for await (const path of glob('packages/templates/*/*/template.ts', { cwd: process.cwd() })) {
    const { default: template } = (await import(join(process.cwd(), path))) as { default: Template };
    const { template: text, interface: face } = synthesise(template);
    const stateful = new Set(face.resources.filter((one) => one.stateful).map(({ logicalId }) => logicalId));
    for (const { parameter, replaces } of parameterChanges(text)) {
      seen++;
      const { description, wiring } = face.parameters.find(({ name }) => name === parameter)!;
      const lost = replaces.filter((logicalId) => stateful.has(logicalId));
      const isSaid = NAMED.has(parameter) || description.includes('Chosen once:');
      // What a stack takes of the network changes with another network alone.
      if (lost.length > 0 && !isSaid && wiring?.grade !== 'required') unsaid.push(`${face.name} ${parameter}: ${lost}`);
    }
  }
  expect(seen).toBeGreaterThan(100);
  expect(unsaid).toEqual([]);
});
