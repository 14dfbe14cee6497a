import { templateStandard } from '../standard.ts';

/** Source: CloudFormation User Guide, "Understand CloudFormation quotas". */
const LIMITS = { bytes: 1_000_000, Resources: 500, Parameters: 200, Outputs: 200, Mappings: 200, valueBytes: 4096 };

export default templateStandard({
  name: 'within-limits',
  number: 54,
  title: "The template is within CloudFormation's limits",
  why: 'CloudFormation refuses it otherwise, and the refusal comes with the last resource that somebody adds.',
  remedy: 'Split the template in two that are wired',
  source: 'CloudFormation User Guide, "Understand CloudFormation quotas"',
  peers: 'cfn-lint E1002, E3010, E2010, E6010 and E7010 count the same; here it costs no second run',
  audience: 'everyone',
  severity: 'error',
  applies: 'template',
  *check({ template }) {
    const sizeBytes = Buffer.byteLength(template.source.text);
    if (sizeBytes > LIMITS.bytes)
      yield { at: { place: { start: 0, end: 1 } }, message: `${sizeBytes} bytes, of ${LIMITS.bytes}` };
    for (const name of ['Resources', 'Parameters', 'Outputs', 'Mappings'] as const) {
      const size = template.section(name)?.entries.size ?? 0;
      const key = template.root.entries.get(name)?.key;
      if (size > LIMITS[name] && key)
        yield { at: { place: key }, message: `${size} ${name.toLowerCase()}, of ${LIMITS[name]}` };
    }
    for (const { name, default: preset } of template.parameters.values())
      if (preset && Buffer.byteLength(preset.text) > LIMITS.valueBytes)
        yield { at: { place: preset }, message: `The default of ${name} is over ${LIMITS.valueBytes} bytes` };
  },
  examples: {
    good: [
      `
      Parameters:
        Text: { Type: String, Default: ${'x'.repeat(LIMITS.valueBytes)} }
      Resources:
        Topic: { Type: AWS::SNS::Topic }
      `,
    ],
    bad: [
      `
      Parameters:
        Text:
          Type: String
          Default: ${'x'.repeat(LIMITS.valueBytes + 1)} # finding
      Resources:
        Topic: { Type: AWS::SNS::Topic }
      Outputs: # finding
${Array.from({ length: LIMITS.Outputs + 1 }, (_, index) => `        Output${index}: { Value: a }`).join('\n')}
      `,
    ],
  },
});
