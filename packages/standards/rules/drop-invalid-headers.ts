import { attributeValues, balancerType, isBalancer } from '../aws/load-balancers.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'drop-invalid-headers',
  number: 63,
  title: 'An application load balancer drops invalid headers',
  why: 'Names that the load balancer and the server read differently smuggle a second request past every filter.',
  remedy: 'Set the attribute routing.http.drop_invalid_header_fields.enabled: true',
  source:
    'CloudFormation Template Reference, "AWS::ElasticLoadBalancingV2::LoadBalancer LoadBalancerAttribute"; Security Hub, ELB.4',
  peers: 'cdk-nag ALBHttpDropInvalidHeaderEnabled (NIST, HIPAA and PCI packs) follows no If; AwsSolutions has none',
  audience: 'everyone',
  severity: 'warning',
  applies: [balancerType],
  *check({ resource }) {
    if (!isBalancer(resource, 'application')) return;
    const values = attributeValues(resource, 'routing.http.drop_invalid_header_fields.enabled');
    if (values.length === 0) yield { at: resource, message: 'The load balancer hands on invalid headers, by default' };
    for (const value of values)
      if (value.isNot('true')) yield { at: value, message: 'The load balancer hands on invalid headers' };
  },
  examples: {
    good: [
      `
      Resources:
        Web:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes: [{ Key: routing.http.drop_invalid_header_fields.enabled, Value: 'true' }]
        Connections:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Type: network }
      `,
      `
      Conditions:
        First: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Either:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties: { Type: !If [First, application, network] }
        Sometimes:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes:
              - { Key: !If [First, routing.http.drop_invalid_header_fields.enabled, idle_timeout.timeout_seconds], Value: true }
      `,
    ],
    bad: [
      `
      Resources:
        Silent: # finding
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
        Off:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            Type: application
            LoadBalancerAttributes:
              - Key: idle_timeout.timeout_seconds
                Value: '60'
              - Key: routing.http.drop_invalid_header_fields.enabled
                Value: false # finding
      `,
    ],
  },
});
