import type { Node, Place, ScalarNode } from '../reading/node.ts';
import { type Found, templateStandard } from '../standard.ts';

const REGION = /^[a-z]{2}(?:-[a-z]+){1,2}-\d$/;
const ZONE = /^[a-z]{2}(?:-[a-z]+){1,2}-\d[a-z]$/;
/** The beginning of an ARN: service, region and account. */
const ARN = /^arn:[^:]*:([^:]*):([^:]*):([^:]*)(?::|$)/;
/** The CDN, its certificates and its web ACLs live in us-east-1 alone. */
const OF_THE_CDN = new Set(['acm', 'cloudfront', 'wafv2']);

export default templateStandard({
  name: 'no-literal-location',
  number: 43,
  title: 'No account, region or zone is written out',
  why: 'The template works in one place, and elsewhere fails or reaches into that place.',
  remedy: 'Use AWS::Region, AWS::AccountId, or a parameter for a zone or another account',
  source: 'CloudFormation Template Reference, "Pseudo parameters reference"',
  peers: 'cfn-lint W3010 (zones) and I3042 (ARNs, off by default) look at resources without branches',
  audience: 'everyone',
  severity: 'warning',
  applies: 'template',
  *check({ template }) {
    for (const resource of template.resources.values()) {
      for (const found of literals(resource.properties)) yield { ...found, resource };
      for (const path of ['AvailabilityZone', 'AvailabilityZones.*'])
        for (const zone of resource.values(path))
          if (zone.text !== undefined && ZONE.test(zone.text) && isWithin(zone.place, resource.node))
            yield { at: zone, resource, message: `The zone ${zone.text} is written out` };
    }
    yield* literals(template.section('Outputs'));
  },
  examples: {
    good: [
      `
      Mappings:
        Zones: { us-east-1: { First: us-east-1b } }
      Parameters:
        Zone: { Type: 'AWS::EC2::AvailabilityZone::Name' }
      Resources:
        Subnet:
          Type: AWS::EC2::Subnet
          Properties: { AvailabilityZone: !Ref Zone }
        Policy:
          Type: AWS::IAM::ManagedPolicy
          Properties:
            ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess']
            PolicyDocument:
              Statement:
                - Resource:
                    - !Sub 'arn:\${AWS::Partition}:sns:\${AWS::Region}:\${AWS::AccountId}:x'
                    - !Join [':', ['arn:aws:sns', !Ref AWS::Region, !Ref AWS::AccountId, x]]
                    - arn:aws:s3:::bucket/*
                    - arn:aws:sns:*:*:x
        Trusting:
          Type: AWS::S3::BucketPolicy
          Properties:
            PolicyDocument: { Statement: [{ Principal: { AWS: 'arn:aws:iam::127311923021:root' } }] }
        Mapped:
          Type: AWS::EC2::Subnet
          Properties: { AvailabilityZone: !FindInMap [Zones, !Ref AWS::Region, First] }
        Function:
          Type: AWS::Lambda::Function
          Properties: { Layers: ['arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:14'] }
      `,
      `
      Parameters:
        Zone: { Type: String }
      Resources:
        Distribution:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig:
              WebACLId: !Sub 'arn:\${AWS::Partition}:wafv2:us-east-1:\${AWS::AccountId}:global/webacl/site/1'
              ViewerCertificate: { AcmCertificateArn: !Sub 'arn:aws:acm:us-east-1:\${AWS::AccountId}:certificate/1' }
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { AvailabilityZones: [!Ref Zone, !Select [0, !GetAZs '']] }
        Policy:
          Type: AWS::S3::BucketPolicy
          Properties:
            PolicyDocument:
              Statement:
                - NotPrincipal: { AWS: 'arn:aws:iam::123456789012:root' }
                  Resource: ['not-arn:aws:sns:eu-west-1:123456789012:x', 'arn:aws:sns:*:0123456789012:x', 'arn:aws:sns::123456789012x:y']
                  Action: [org.com.amazonaws.us-east-1.s3, com.amazonaws.vpce.s3]
      `,
    ],
    bad: [
      `
      Resources:
        Subnet:
          Type: AWS::EC2::Subnet
          Properties:
            AvailabilityZone: us-east-1a # finding
        Alarm:
          Type: AWS::CloudWatch::Alarm
          Properties:
            AlarmActions:
              - arn:aws:sns:eu-west-1:123456789012:calls # finding
              - !Sub 'arn:aws:sns:\${AWS::Region}:123456789012:calls' # finding
        Endpoint:
          Type: AWS::EC2::VPCEndpoint
          Properties:
            ServiceName: com.amazonaws.us-east-1.s3 # finding
      `,
      `
      Resources:
        Group:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties:
            AvailabilityZones:
              - eu-west-1a # finding: The zone eu-west-1a is written out
        Rule:
          Type: AWS::Events::Rule
          Properties:
            Targets:
              - Arn: arn:aws:sns:eu-west-1:123456789012:calls # finding: The region eu-west-1 and the account 123456789012 in
              - Arn: !Sub 'arn:aws:sns:us-east-1:\${AWS::AccountId}:calls' # finding: The region us-east-1 in an ARN
              - Arn: !Sub 'arn:aws:acm:eu-west-1:\${AWS::AccountId}:certificate/1' # finding: The region eu-west-1 in an ARN
              - Arn: !Sub 'arn:aws:sns:\${AWS::Region}:123456789012' # finding: The account 123456789012 in an ARN
      Outputs:
        Topic:
          Value: arn:aws:sns:eu-west-1:123456789012:calls # finding
      `,
    ],
  },
});

function* literals(node: Node | undefined): Generator<Found> {
  if (!node) return;
  for (const scalar of ownScalars(node)) {
    const service = /^com\.amazonaws\.([a-z0-9-]+)\./.exec(scalar.text)?.[1];
    if (service !== undefined && REGION.test(service))
      yield { at: { place: scalar }, message: `The region ${service} is written out` };
    const arn = scalar.text.startsWith('arn:') && ARN.exec(scalar.text.replace(/\$\{[^{}]*\}/g, '*'));
    // A layer belongs to whoever publishes it, region by region.
    if (!arn || /:layer:/.test(scalar.text)) continue;
    const [, kind = '', region = '', account = ''] = arn;
    const written = [
      ...(REGION.test(region) && !(region === 'us-east-1' && OF_THE_CDN.has(kind)) ? [`the region ${region}`] : []),
      ...(/^\d{12}$/.test(account) ? [`the account ${account}`] : []),
    ];
    if (written.length > 0) yield { at: { place: scalar }, message: capital(`${written.join(' and ')} in an ARN`) };
  }
}

/** Every scalar but those of principals: whom one trusts is somebody else. */
function* ownScalars(node: Node): Generator<ScalarNode> {
  if (node.kind === 'scalar') yield node;
  else if (node.kind === 'list') for (const item of node.items) yield* ownScalars(item);
  else
    for (const { key, value } of node.entries.values())
      if (key.text !== 'Principal' && key.text !== 'NotPrincipal') yield* ownScalars(value);
}

/** Whether it stands in the resource itself; a map of regions, or a default, is where zones may be written. */
function isWithin(place: Place, node: Node): boolean {
  return node.start <= place.start && place.end <= node.end;
}

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}
