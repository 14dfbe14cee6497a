import { resourceStandard } from '../standard.ts';

/** Security policies from before TLSv1.2_2021: with TLS 1.1 and older, or with ciphers in CBC mode. */
const OLD = ['SSLv3', 'TLSv1', 'TLSv1_2016', 'TLSv1.1_2016', 'TLSv1.2_2018', 'TLSv1.2_2019'];
const CERTIFICATES = ['AcmCertificateArn', 'IamCertificateId'];

export default resourceStandard({
  name: 'distribution-tls-policy',
  number: 23,
  title: 'A distribution with a certificate of its own asks for TLSv1.2_2021 or newer',
  why: 'Older policies accept TLS 1.0 or ciphers in CBC mode, which no browser needs and attackers do.',
  remedy: 'Set ViewerCertificate.MinimumProtocolVersion: TLSv1.2_2021 or newer, with SslSupportMethod: sni-only',
  source: 'CloudFront Developer Guide, "Supported protocols and ciphers between viewers and CloudFront"',
  peers: 'cdk-nag CFR4 accepts TLSv1.1_2016 and reports the default certificate, whose policy cannot be chosen',
  audience: 'everyone',
  severity: 'warning',
  applies: ['AWS::CloudFront::Distribution'],
  *check({ resource }) {
    const path = 'DistributionConfig.ViewerCertificate';
    for (const certificate of CERTIFICATES.flatMap((name) => resource.values(`${path}.${name}`))) {
      if (certificate.kind !== 'text' && certificate.kind !== 'reference') continue;
      if (certificate.is('')) continue;
      for (const policy of resource.values(`${path}.MinimumProtocolVersion`, certificate.when)) {
        if (policy.isAbsent) yield { at: policy, message: 'The distribution does not say which TLS it asks for' };
        else if (policy.is(...OLD))
          yield { at: policy, message: `The policy ${policy.text} is older than TLSv1.2_2021` };
      }
    }
  },
  examples: {
    good: [
      `
      Parameters:
        CertificateArn: { Type: String, Default: '' }
      Conditions:
        HasCertificate: !Not [!Equals [!Ref CertificateArn, '']]
      Resources:
        Site:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig:
              ViewerCertificate: !If
                - HasCertificate
                - { AcmCertificateArn: !Ref CertificateArn, MinimumProtocolVersion: TLSv1.3_2025, SslSupportMethod: sni-only }
                - { CloudFrontDefaultCertificate: true }
        Plain:
          Type: AWS::CloudFront::Distribution
          Properties: { DistributionConfig: { Enabled: true } }
      `,
      `
      Resources:
        Site:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig: { ViewerCertificate: { AcmCertificateArn: '', CloudFrontDefaultCertificate: true } }
      `,
    ],
    bad: [
      `
      Resources:
        Silent:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig:
              ViewerCertificate: # finding
                AcmCertificateArn: !Ref Certificate
                SslSupportMethod: sni-only
        Old:
          Type: AWS::CloudFront::Distribution
          Properties:
            DistributionConfig:
              ViewerCertificate:
                IamCertificateId: ASCAEXAMPLE
                MinimumProtocolVersion: TLSv1.1_2016 # finding
        Certificate: { Type: AWS::CertificateManager::Certificate }
      `,
    ],
  },
});
