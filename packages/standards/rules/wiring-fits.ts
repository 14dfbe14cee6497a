import { valueKind, wiringGrade } from '@bitclouded/documents';
import { type Face, faceOf, type Wire } from '../catalogue/wiring.ts';
import type { Template } from '../model/template.ts';
import { type Found, templateStandard } from '../standard.ts';

export default templateStandard({
  name: 'wiring-fits',
  number: 52,
  title: 'The wiring in the Metadata is of the parameters and outputs that there are',
  why: 'Whoever plans an environment reads the Metadata alone: what it says wrongly is found when stacks fail.',
  remedy: 'Name parameters as the outputs they take, give optional ones a default, and each output a known kind',
  source: 'BitClouded, docs/standards',
  peers: 'none: the Metadata is of this catalogue',
  audience: 'house',
  severity: 'error',
  applies: 'template',
  *check({ template }) {
    const face = faceOf(template);
    if (!face) return;
    for (const wire of face.wires)
      for (const message of faultsOfWire(wire, face, template)) yield { at: { place: wire.parameter }, message };
    yield* faultsOfOutputs(face, template);
    const upstreams = new Set(face.wires.map(({ from }) => from?.text));
    for (const { upstream } of face.requires)
      if (!upstreams.has(upstream.text))
        yield {
          at: { place: upstream },
          message: `It requires something of ${upstream.text}, and takes no output of it`,
        };
  },
  examples: {
    good: [
      `
      Metadata:
        BitClouded:
          Template: net/work
          Requires: { base/keys: { Rotation: 'true' } }
          Wiring:
            FlowLogRoleArn: { From: base/logs, Output: FlowLogRoleArn, Grade: required }
            KeyArn: { From: base/keys, Output: KeyArn, Grade: optional }
          Outputs: { VpcId: vpcId }
      Parameters:
        FlowLogRoleArn: { Type: String }
        KeyArn: { Type: String, Default: '' }
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
      Outputs:
        VpcId: { Value: !Ref Vpc }
      `,
      `
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
      Outputs:
        VpcId: { Value: !Ref Vpc }
      `,
      `
      Metadata: { BitClouded: { Template: net/work } }
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
      `,
    ],
    bad: [
      `
      Metadata:
        BitClouded:
          Template: net/work
          Requires:
            data/base: { Engine: mysql } # finding
          Wiring:
            RoleArn: # finding
              { From: base/logs, Output: FlowLogRoleArn, Grade: required }
            Missing: # finding
              { From: base/logs, Output: Missing, Grade: required }
            KeyArn: # finding
              { From: base/keys, Output: KeyArn, Grade: recommended }
            VpcId: # finding
              { From: net/work, Output: VpcId, Grade: required }
            Half: # finding
              { From: foundation/kms, Grade: required }
            Unclear: # finding
              { From: base/keys, Output: Unclear, Grade: maybe }
          Outputs:
            VpcId: vpcid # finding
            Gone: arn # finding
      Parameters:
        RoleArn: { Type: String }
        KeyArn: { Type: String }
        VpcId: { Type: String }
        Half: { Type: String }
        Unclear: { Type: String, Default: '' }
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
      Outputs:
        VpcId: { Value: !Ref Vpc }
        Silent: # finding
          Value: !Ref Vpc
      `,
      `
      Metadata:
        BitClouded:
          Template: net/work
          Wiring:
            RoleArn: # finding: does not say From which
              { Output: RoleArn, Grade: required }
            KeyArn: # finding: has no Grade
              { From: base/keys, Output: KeyArn }
          Requires: { base/keys: { Rotation: 'true' } }
          Outputs:
            VpcId: [vpcId] # finding: a list or map is no kind of value
      Parameters:
        RoleArn: { Type: String }
        KeyArn: { Type: String, Default: '' }
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
      Outputs:
        VpcId: { Value: !Ref Vpc }
      `,
    ],
  },
});

function* faultsOfWire({ parameter, from, output, grade }: Wire, face: Face, template: Template): Generator<string> {
  const declared = template.parameters.get(parameter.text);
  if (!declared) yield `${parameter.text} is wired, and no parameter`;
  if (!from || !output) yield `${parameter.text} does not say From which template it takes which Output`;
  else if (from.text === face.name.text) yield `${parameter.text} takes an output of its own template`;
  else if (output.text !== parameter.text) yield `${parameter.text} takes ${output.text}, and is not called so`;
  if (!wiringGrade.safeParse(grade?.text).success) yield `${parameter.text} has no Grade that is known`;
  else if (declared && grade?.text !== 'required' && !declared.default)
    yield `${parameter.text} is ${grade?.text}, and must be given`;
}

function* faultsOfOutputs({ outputs }: Face, template: Template): Generator<Found> {
  const made = template.section('Outputs')?.entries ?? new Map();
  for (const [name, { key, value }] of outputs) {
    const kind = value.kind === 'scalar' ? value.text : 'a list or map';
    if (!made.has(name)) yield { at: { place: key }, message: `${name} has a kind, and is no output` };
    else if (!valueKind.safeParse(kind).success) yield { at: { place: value }, message: `${kind} is no kind of value` };
  }
  for (const [name, { key }] of made)
    if (!outputs.has(name)) yield { at: { place: key }, message: `The output ${name} has no kind` };
}
