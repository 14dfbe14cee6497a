import { resourceStandard } from '../standard.ts';

/** Policies of TLS 1.3 that offer nothing below TLS 1.2: TLS13-1-2-…, TLS13-1-3-…, with or without FIPS or PQ. */
const MODERN = /^ELBSecurityPolicy-TLS13-1-[23]-/;

export default resourceStandard({
  name: 'listener-tls-policy',
  number: 21,
  title: 'A TLS listener names a TLS 1.3 policy',
  why: 'The default policy still accepts TLS 1.0, which no browser speaks any more and attackers do.',
  remedy: 'Set SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06 or a newer one',
  source: 'Application and Network Load Balancers User Guides, "Security policies"',
  peers: 'none: cdk-nag looks at certificates, cfn-lint at spelling',
  audience: 'everyone',
  severity: 'error',
  applies: ['AWS::ElasticLoadBalancingV2::Listener'],
  *check({ resource }) {
    for (const protocol of resource.values('Protocol'))
      if (protocol.is('HTTPS', 'TLS'))
        for (const policy of resource.values('SslPolicy', protocol.when)) {
          if (policy.isAbsent) yield { at: policy, message: 'The listener accepts TLS 1.0, which is the default' };
          else if (policy.text !== undefined && !MODERN.test(policy.text))
            yield { at: policy, message: `${policy.text} lacks TLS 1.3, or takes TLS 1.1` };
        }
  },
  examples: {
    good: [
      `
      Conditions:
        HasCertificate: !Not [!Equals [!Ref Certificate, '']]
      Parameters:
        Certificate: { Type: String, Default: '' }
      Resources:
        Web:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            Protocol: !If [HasCertificate, HTTPS, HTTP]
            SslPolicy: !If [HasCertificate, ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, !Ref AWS::NoValue]
        Plain:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { Protocol: HTTP, Port: 80 }
      `,
      `
      Parameters:
        Policy: { Type: String }
      Resources:
        Chosen:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { Protocol: HTTPS, SslPolicy: !Ref Policy }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { Protocol: HTTPS, Port: 443 }
        Old:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            Protocol: TLS
            SslPolicy: ELBSecurityPolicy-TLS-1-2-2017-01 # finding
        Loose:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            Protocol: HTTPS
            SslPolicy: ELBSecurityPolicy-TLS13-1-0-2021-06 # finding
      `,
    ],
  },
});
