import { runtimeDeprecations } from '../aws/runtimes.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'live-runtime',
  number: 42,
  title: 'A function runs on a runtime that AWS still mends',
  why: 'A deprecated runtime gets no security patches, and some months later the function cannot be updated at all.',
  remedy: 'Move to the newest runtime of the language, such as nodejs24.x',
  source: 'Lambda Developer Guide, "Lambda runtimes"',
  peers: 'cfn-lint E2531, E2533 and W2531 know the same days; here the day is an input, and the branches are followed',
  audience: 'everyone',
  severity: 'error',
  applies: ['AWS::Lambda::Function'],
  *check({ resource, today }) {
    for (const runtime of resource.values('Runtime')) {
      const end = runtimeDeprecations.get(runtime.text ?? '');
      if (end !== undefined && end <= today)
        yield { at: runtime, message: `${runtime.text} is deprecated since ${end}` };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Function:
          Type: AWS::Lambda::Function
          Properties: { Runtime: nodejs24.x }
        Image:
          Type: AWS::Lambda::Function
          Properties: { PackageType: Image }
      `,
      `
      Parameters:
        Runtime: { Type: String }
      Resources:
        Chosen: { Type: AWS::Lambda::Function, Properties: { Runtime: !Ref Runtime } }
        FromImage: { Type: AWS::Lambda::Function, Properties: { PackageType: Image } }
        Unheard: { Type: AWS::Lambda::Function, Properties: { Runtime: cobol85 } }
      `,
    ],
    bad: [
      `
      Resources:
        Function:
          Type: AWS::Lambda::Function
          Properties:
            Runtime: nodejs18.x # finding
      `,
    ],
  },
});
