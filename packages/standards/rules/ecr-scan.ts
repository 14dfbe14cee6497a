import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'ecr-scan',
  number: 48,
  title: 'A private registry scans what is pushed',
  why: 'A known hole in an image is cheapest to find before a task runs it.',
  remedy: 'Set ImageScanningConfiguration.ScanOnPush: true, or add an AWS::ECR::RegistryScanningConfiguration',
  source: 'ECR User Guide, "Scan images for software vulnerabilities in Amazon ECR"; Security Hub, ECR.1',
  peers: 'none in cdk-nag and cfn-lint; cfn_nag W79 and checkov CKV_AWS_163 know no registry configuration',
  audience: 'house',
  severity: 'warning',
  applies: ['AWS::ECR::Repository'],
  *check({ resource, template }) {
    // The registry's own rules take the place of what each repository says.
    if (!template.isComplete || template.ofType('AWS::ECR::RegistryScanningConfiguration').length > 0) return;
    for (const scan of resource.values('ImageScanningConfiguration.ScanOnPush'))
      if (scan.isNot('true')) yield { at: scan, message: 'Nothing scans what is pushed' };
  },
  examples: {
    good: [
      `
      Resources:
        Scanned:
          Type: AWS::ECR::Repository
          Properties: { ImageScanningConfiguration: { ScanOnPush: true } }
      `,
      `
      Resources:
        Silent: { Type: AWS::ECR::Repository }
        Registry:
          Type: AWS::ECR::RegistryScanningConfiguration
          Properties: { ScanType: ENHANCED, Rules: [] }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::ECR::Repository
        Off:
          Type: AWS::ECR::Repository
          Properties:
            ImageScanningConfiguration:
              ScanOnPush: false # finding
      `,
    ],
  },
});
