import fc from 'fast-check';
import { findingOf } from '../finding.ts';
import { Template } from '../model/template.ts';
import { catalogueStandard, checkCatalogue } from './check-catalogue.ts';

interface Sketch {
  readonly name: string;
  /** Parameter to upstream; the output is called as the parameter. */
  readonly wires?: Readonly<Record<string, string>>;
  readonly types?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly requires?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly allowed?: Readonly<Record<string, readonly string[]>>;
}

function templateOf({ name, wires = {}, types = {}, outputs = {}, requires = {}, allowed = {} }: Sketch): Template {
  const wiring = Object.entries(wires).map(([parameter, from]) => [
    parameter,
    { From: from, Output: parameter, Grade: 'required' },
  ]);
  const parameters = [...Object.keys(wires), ...Object.keys(allowed)].map((parameter) => [
    parameter,
    { Type: types[parameter] ?? 'String', ...(allowed[parameter] && { AllowedValues: allowed[parameter] }) },
  ]);
  const text = JSON.stringify(
    {
      Metadata: {
        BitClouded: { Template: name, Requires: requires, Wiring: Object.fromEntries(wiring), Outputs: outputs },
      },
      Parameters: Object.fromEntries(parameters),
      Resources: { Topic: { Type: 'AWS::SNS::Topic' } },
      Outputs: Object.fromEntries(Object.keys(outputs).map((output) => [output, { Value: '' }])),
    },
    null,
    1,
  );
  return Template.read(Buffer.from(text), `${name}.json`);
}

/** What is said, as `file: message`. */
function said(...sketches: readonly Sketch[]): string[] {
  return checkCatalogue(sketches.map(templateOf)).map(
    ({ template, found }) => `${template.source.file}: ${found.message}`,
  );
}

const kms: Sketch = { name: 'foundation/kms', outputs: { KeyArn: 'keyArn' } };
const vpc: Sketch = {
  name: 'networking/vpc',
  wires: { KeyArn: 'foundation/kms' },
  outputs: { VpcId: 'vpcId', ZoneCount: 'count' },
  allowed: { Zones: ['two', 'three'] },
};

describe('checkCatalogue', () => {
  it('says nothing of a catalogue whose wires lead to outputs', () => {
    const subnets: Sketch = {
      name: 'networking/subnets',
      wires: { VpcId: 'networking/vpc', ZoneCount: 'networking/vpc' },
      types: { VpcId: 'AWS::EC2::VPC::Id', ZoneCount: 'Number' },
      requires: { 'networking/vpc': { Zones: 'two' } },
      outputs: { Subnets: 'subnetIds' },
    };
    expect(said(subnets, vpc, kms)).toEqual([]);
  });

  it('leaves templates alone that are of no catalogue', () => {
    const stranger = Template.read(Buffer.from('{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}}}'), 'a.json');
    expect(checkCatalogue([stranger, stranger])).toEqual([]);
  });

  it('finds a wire to a template or an output that is not there', () => {
    expect(said({ name: 'a/a', wires: { KeyArn: 'foundation/kms', Gone: 'a/b' } }, { name: 'a/b' })).toEqual([
      'a/a.json: No template is called foundation/kms',
      'a/a.json: a/b has no output Gone',
    ]);
  });

  it('finds an output of a kind that the parameter cannot take', () => {
    const wrong: Sketch = {
      name: 'networking/wrong',
      wires: { KeyArn: 'foundation/kms' },
      types: { KeyArn: 'AWS::EC2::VPC::Id' },
    };
    expect(said(kms, wrong)).toEqual([
      'networking/wrong.json: KeyArn is of type AWS::EC2::VPC::Id, which takes no keyArn',
    ]);
  });

  it('finds an output name that two templates have, at the later of their names', () => {
    expect(said({ name: 'security/kms', outputs: { KeyArn: 'keyArn' } }, kms)).toEqual([
      'security/kms.json: KeyArn is also an output of foundation/kms',
    ]);
  });

  it('finds two templates of one name', () => {
    expect(said(kms, kms)).toEqual(['foundation/kms.json: foundation/kms is also what foundation/kms.json is called']);
  });

  it('finds what a template requires and its upstream cannot have', () => {
    const demanding: Sketch = {
      name: 'z/z',
      requires: { 'networking/vpc': { Zones: 'five', Shape: 'round' }, 'a/b': { Any: 'x' } },
    };
    expect(said(kms, vpc, demanding)).toEqual([
      'z/z.json: Zones of networking/vpc is never five',
      'z/z.json: networking/vpc has no parameter Shape',
      'z/z.json: No template is called a/b',
    ]);
  });

  it('finds each circle once, at the first of its templates by name', () => {
    const ring = (name: string, from: string, output: string, of: string): Sketch => ({
      name,
      wires: { [of]: from },
      outputs: { [output]: 'arn' },
    });
    const three = [ring('c/c', 'a/a', 'C', 'A'), ring('a/a', 'b/b', 'A', 'B'), ring('b/b', 'c/c', 'B', 'C')];
    const two = [ring('x/x', 'y/y', 'X', 'Y'), ring('y/y', 'x/x', 'Y', 'X')];
    expect(said(...three, ...two)).toEqual([
      'a/a.json: The wiring goes in a circle: a/a needs b/b needs c/c needs a/a',
      'x/x.json: The wiring goes in a circle: x/x needs y/y needs x/x',
    ]);
  });

  it('points at the wire', () => {
    const template = templateOf({ name: 'a/a', wires: { KeyArn: 'foundation/kms' } });
    const [wrong] = checkCatalogue([template]);
    const finding = findingOf(wrong!.found, catalogueStandard, 'error', template.source);
    expect(finding.excerpt.text.trim()).toBe('"From": "foundation/kms",');
  });

  it('finds a circle exactly where one wire leads back', () => {
    const wired = fc.array(fc.nat(), { minLength: 2, maxLength: 12 }).chain((seeds) =>
      fc.record({
        // Each template takes one output of an earlier one.
        upstreams: fc.constant(seeds.map((seed, index) => (index === 0 ? undefined : seed % index))),
        last: fc.integer({ min: 1, max: seeds.length - 1 }),
      }),
    );
    fc.assert(
      fc.property(wired, ({ upstreams, last }) => {
        const name = (index: number): string => `t/t${String.fromCharCode(97 + index)}`;
        const sketches = upstreams.map((upstream, index) => ({
          name: name(index),
          wires: upstream === undefined ? {} : { [`Out${upstream}`]: name(upstream) },
          outputs: { [`Out${index}`]: 'arn' },
        }));
        expect(said(...sketches)).toEqual([]);
        // Every template leads to the first one, so that a wire from there closes a circle.
        const closed = { ...sketches[0]!, wires: { [`Out${last}`]: name(last) } };
        const found = said(closed, ...sketches.slice(1));
        expect(found).toHaveLength(1);
        expect(found[0]).toContain(`circle: t/ta needs ${name(last)} needs`);
      }),
    );
  });
});
