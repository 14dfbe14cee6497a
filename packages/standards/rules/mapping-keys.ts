import type { MapNode, ScalarNode } from '../reading/node.ts';
import { templateStandard } from '../standard.ts';

/** What a key of each level may be made of. Source: CloudFormation's refusals; its page names letters and digits. */
const LEVELS = [
  { allowed: /^[A-Za-z0-9]+$/, of: 'letters and digits' },
  { allowed: /^[A-Za-z0-9.-]+$/, of: 'letters, digits, hyphens and dots' },
  { allowed: /^[A-Za-z0-9]+$/, of: 'letters and digits' },
] as const;

export default templateStandard({
  name: 'mapping-keys',
  number: 36,
  title: 'The keys of mappings are such as CloudFormation takes',
  why: 'It refuses the whole template for one underscore, so that no mapping can have the key x86_64.',
  remedy: 'Write x8664, and choose the key by a condition or a second mapping where a parameter has another value',
  source: 'CloudFormation User Guide, "Mappings"',
  peers: 'cfn-lint E7001 has the same patterns; here it costs no second run',
  audience: 'everyone',
  severity: 'error',
  applies: 'template',
  *check({ template }) {
    const mappings = template.section('Mappings');
    for (const { key, level } of mappings ? keysOf(mappings, 0) : []) {
      const { allowed, of } = LEVELS[level]!;
      if (!allowed.test(key.text)) yield { at: { place: key }, message: `${key.text} is not of ${of}` };
    }
  },
  examples: {
    good: [
      `
      Mappings:
        Images:
          eu-west-1: { x8664: ami-1, arm64: ami-2 }
          '2.0': { x8664: ami-1, arm64: ami-2 }
      Resources:
        Topic: { Type: AWS::SNS::Topic }
      `,
      `
      Mappings:
        Fn::Transform: { Name: AWS::Include, Parameters: { Location: s3://bucket/mappings_of_all.yaml } }
      Resources:
        Topic: { Type: AWS::SNS::Topic }
      `,
      `
      Mappings:
        Ports: { Web: { Tls: [443, 8443] } }
      Resources:
        Topic: { Type: AWS::SNS::Topic }
      `,
      `
      Mappings:
        Odd: [eu_west_1]
        Deep: { Web: { Tls: { not_a_key: 443 } } }
      Resources:
        Topic: { Type: AWS::SNS::Topic }
      `,
    ],
    bad: [
      `
      Mappings:
        Image-Ids: # finding
          eu-west-1:
            x86_64: ami-1 # finding
            arm64: ami-2
        Engines:
          aurora_mysql: # finding
            Port: 3306
      Resources:
        Topic: { Type: AWS::SNS::Topic }
      `,
    ],
  },
});

function* keysOf({ entries }: MapNode, level: number): Generator<{ key: ScalarNode; level: number }> {
  for (const { key, value } of entries.values()) {
    // A macro's call is replaced by what it makes.
    if (key.text.startsWith('Fn::')) continue;
    yield { key, level };
    if (value.kind === 'map' && level + 1 < LEVELS.length) yield* keysOf(value, level + 1);
  }
}
