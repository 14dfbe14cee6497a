import { askedByConditions } from '../aws/asked-by-conditions.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import { resourceStandard } from '../standard.ts';

/** What an account, or an account's region, has once; of trails only the first is free. Source: each type's page. */
const SINGLETONS = [
  'AWS::ApiGateway::Account',
  'AWS::CloudTrail::Trail',
  'AWS::Config::ConfigurationRecorder',
  'AWS::Config::DeliveryChannel',
  'AWS::Detective::Graph',
  'AWS::GuardDuty::Detector',
  'AWS::IAM::OIDCProvider',
  'AWS::IAM::ServiceLinkedRole',
  'AWS::Macie::Session',
  'AWS::SecurityHub::Hub',
];

export default resourceStandard({
  name: 'existing-singletons',
  number: 60,
  title: 'What an account has once may exist already',
  why: 'A second detector, recorder or provider fails the stack, a second trail costs, and an account setting is overwritten.',
  remedy:
    'Make it only where a parameter Existing…, such as ExistingDetectorId, is empty, and pass that parameter on otherwise',
  source: 'CloudFormation Template Reference, AWS::GuardDuty::Detector, AWS::Config::ConfigurationRecorder and others',
  peers: 'none',
  audience: 'house',
  severity: 'warning',
  applies: SINGLETONS,
  *check({ resource, template }) {
    if (!asksForExisting(resource, template))
      yield { at: resource, message: 'It is made even where the account has one' };
  },
  examples: {
    good: [
      `
      Parameters:
        ExistingDetectorId: { Type: String, Default: '' }
        Detects: { Type: String, Default: 'true' }
      Conditions:
        HasNone: !Equals [!Ref ExistingDetectorId, '']
        MakesDetector: !And [!Condition HasNone, !Equals [!Ref Detects, 'true']]
      Resources:
        Detector:
          Type: AWS::GuardDuty::Detector
          Condition: MakesDetector
      `,
    ],
    bad: [
      `
      Parameters:
        Detects: { Type: String, Default: 'true' }
      Conditions:
        MakesHub: !Equals [!Ref Detects, 'true']
      Resources:
        Provider: # finding
          Type: AWS::IAM::OIDCProvider
        Hub: # finding
          Type: AWS::SecurityHub::Hub
          Condition: MakesHub
      `,
    ],
  },
});

/** Whether the condition of a resource asks about a parameter called Existing…. */
function asksForExisting(resource: Resource, template: Template): boolean {
  const conditions = resource.attribute('Condition').flatMap(({ text }) => text ?? []);
  const asked = askedByConditions(conditions, template);
  return [...asked].some((text) => text.startsWith('Existing') && template.parameters.has(text));
}
