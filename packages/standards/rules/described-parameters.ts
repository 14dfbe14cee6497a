import type { Parameter } from '../model/parameter.ts';
import { entryOf, type Node, scalarsOf } from '../reading/node.ts';
import { templateStandard } from '../standard.ts';

/** What narrows each type that takes anything; a type that is not here is specific by itself. */
const CONSTRAINTS: Readonly<Record<string, readonly string[]>> = {
  String: ['AllowedPattern', 'AllowedValues', 'MaxLength'],
  CommaDelimitedList: ['AllowedPattern', 'AllowedValues'],
  Number: ['AllowedValues', 'MaxValue', 'MinValue'],
};

export default templateStandard({
  name: 'described-parameters',
  number: 53,
  title: 'Every parameter is described, constrained, grouped and labelled',
  why: 'The console form is the manual that everybody reads, and a wrong value should fail there, not after ten minutes.',
  remedy:
    'Give it a Description, AllowedPattern, AllowedValues or a specific Type, and a place in AWS::CloudFormation::Interface',
  source: 'CloudFormation Template Reference, "Parameters syntax" and "AWS::CloudFormation::Interface"',
  peers: 'cfn-lint checks the spelling of the interface and that defaults fit, not that these are there',
  audience: 'house',
  severity: 'warning',
  applies: 'template',
  *check({ template }) {
    const face = entryOf(template.section('Metadata'), 'AWS::CloudFormation::Interface')?.value;
    const grouped = textsAt(face, 'ParameterGroups');
    const labels = entryOf(face, 'ParameterLabels')?.value;
    for (const parameter of template.parameters.values())
      for (const fault of faultsOf(parameter, grouped, labels)) yield { at: parameter, message: fault };
  },
  examples: {
    good: [
      `
      Metadata:
        AWS::CloudFormation::Interface:
          ParameterGroups: [{ Label: { default: Settings }, Parameters: [Cidr, KeyName, Zone, Size] }]
          ParameterLabels:
            { Cidr: { default: Range }, KeyName: { default: Key }, Zone: { default: Zone }, Size: { default: Size } }
      Parameters:
        Cidr: { Type: String, Description: IPv4 range, AllowedPattern: '^[0-9./]+$' }
        KeyName: { Type: String, Description: Key pair, Default: '', AllowedPattern: '^$|^[a-z]+$' }
        Zone: { Type: 'AWS::EC2::AvailabilityZone::Name', Description: First zone }
        Size: { Type: Number, Description: Size in GiB, MinValue: 1 }
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
      `,
      `
      Metadata:
        AWS::CloudFormation::Interface:
          ParameterGroups: [{ Parameters: [Ports, Any, Not, Few, None] }]
          ParameterLabels: { Ports: {}, Any: {}, Not: {}, Few: {}, None: {} }
      Parameters:
        Ports: { Type: CommaDelimitedList, Description: ports, Default: '', AllowedPattern: '[0-9]*' }
        Any: { Type: String, Description: any, Default: '', AllowedPattern: '^$' }
        Not: { Type: String, Description: not, Default: '', AllowedPattern: '(a)?' }
        Few: { Type: String, Description: few, Default: '', AllowedPattern: '[a-z]{0,3}' }
        None: { Type: String, Description: none, Default: '', AllowedPattern: 'a{,3}' }
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
      `,
    ],
    bad: [
      `
      Metadata:
        AWS::CloudFormation::Interface:
          ParameterGroups: [{ Label: { default: Settings }, Parameters: [Silent, Free, Unlabelled, KeyName, Strict] }]
          ParameterLabels:
            { Silent: { default: A }, Free: { default: B }, Lost: { default: C }, KeyName: { default: D }, Strict: { default: E } }
      Parameters:
        Silent: # finding
          Type: String
          AllowedValues: [a]
        Free: # finding
          Type: String
          Description: anything
        Lost: # finding
          Type: 'AWS::EC2::VPC::Id'
          Description: VPC
        Unlabelled: # finding
          Type: 'AWS::EC2::VPC::Id'
          Description: VPC
        KeyName: # finding
          Type: 'AWS::EC2::KeyPair::KeyName'
          Description: Key pair
          Default: ''
        Strict: # finding
          Type: String
          Description: optional
          Default: ''
          AllowedPattern: '^[a-z]+$'
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
      `,
      `
      Metadata:
        AWS::CloudFormation::Interface:
          ParameterGroups: [{ Parameters: [Zone] }]
      Parameters:
        Zone: # finding: Zone has no label
          Type: AWS::EC2::AvailabilityZone::Name
          Description: zone
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
      `,
      `
      Metadata:
        AWS::CloudFormation::Interface:
          ParameterLabels: { Zone: { default: Zone } }
      Parameters:
        Zone: # finding: Zone is in no parameter group
          Type: AWS::EC2::AvailabilityZone::Name
          Description: zone
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
      `,
      `
      Metadata:
        AWS::CloudFormation::Interface:
          ParameterGroups: [{ Parameters: [Three, Mine] }]
          ParameterLabels: { Three: {}, Mine: {} }
      Parameters:
        Three: # finding: which its AllowedPattern refuses
          Type: String
          Description: letters
          Default: ''
          AllowedPattern: 'a{1,3}$'
        Mine: { Type: String, Description: mine, Default: '', MaxLength: 3 }
      Resources:
        Vpc: { Type: AWS::EC2::VPC }
      `,
    ],
  },
});

function* faultsOf(parameter: Parameter, grouped: ReadonlySet<string>, labels: Node | undefined): Generator<string> {
  const { name, type, declaration } = parameter;
  const has = (attribute: string): boolean => entryOf(declaration, attribute) !== undefined;
  if (!has('Description')) yield `${name} has no Description`;
  if (CONSTRAINTS[type]?.every((constraint) => !has(constraint))) yield `${name} takes anything`;
  if (!grouped.has(name)) yield `${name} is in no parameter group`;
  if (!entryOf(labels, name)) yield `${name} has no label`;
  if (parameter.default?.text === '') {
    if (/AWS::/.test(type)) yield `${name} is empty by default, which ${type} refuses`;
    else if (refusesEmpty(declaration)) yield `${name} is empty by default, which its AllowedPattern refuses`;
  }
}

/**
 * Whether a pattern certainly refuses the empty text: nothing in it is optional. It is not tried out, because the
 * template's author, whoever that is, would choose how long that takes.
 */
function refusesEmpty(declaration: Node): boolean {
  const pattern = entryOf(declaration, 'AllowedPattern')?.value;
  return pattern?.kind === 'scalar' && /[^$^]/.test(pattern.text) && !/[|*?]|\{0?,|\{0\}/.test(pattern.text);
}

function textsAt(node: Node | undefined, key: string): ReadonlySet<string> {
  const value = entryOf(node, key)?.value;
  return new Set(value ? [...scalarsOf(value)].map(({ text }) => text) : []);
}
