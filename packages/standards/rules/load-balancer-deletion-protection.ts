import { attributeValues, balancerType } from '../aws/load-balancers.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'load-balancer-deletion-protection',
  number: 63,
  title: 'A parameter protects a load balancer from deletion, and is off at first',
  why: 'Its name is in the DNS of others; protected from the start, it stops the rollback of a first creation that fails.',
  remedy: 'Set the attribute deletion_protection.enabled by a parameter whose default is false',
  source: 'Application Load Balancers User Guide, "Delete an Application Load Balancer", Deletion protection',
  peers: 'cdk-nag ELBDeletionProtectionEnabled (NIST and HIPAA packs) accepts a literal true and no parameter',
  audience: 'house',
  severity: 'warning',
  applies: [balancerType],
  *check({ resource }) {
    const values = attributeValues(resource, 'deletion_protection.enabled');
    if (values.every((value) => value.isNot('true')))
      yield { at: values[0] ?? resource, message: 'Nothing can protect the load balancer from deletion' };
    for (const value of values) {
      const isChosen = value.when.said.length > resource.when.said.length && value.parameter === undefined;
      if (value.is('true') && !isChosen) yield { at: value, message: 'The load balancer is protected from the start' };
    }
  },
  examples: {
    good: [
      `
      Parameters:
        Protected: { Type: String, AllowedValues: ['true', 'false'], Default: 'false' }
      Conditions:
        IsProtected: !Equals [!Ref Protected, 'true']
      Resources:
        Direct:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes: [{ Key: deletion_protection.enabled, Value: !Ref Protected }]
        Conditional:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes: [{ Key: deletion_protection.enabled, Value: !If [IsProtected, 'true', 'false'] }]
      `,
    ],
    bad: [
      `
      Parameters:
        Protected: { Type: String, Default: 'true' } # finding
      Resources:
        Silent: # finding
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
        Off:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes:
              - Key: deletion_protection.enabled
                Value: 'false' # finding
        Always:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes:
              - Key: deletion_protection.enabled
                Value: 'true' # finding
        FromTheStart:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes: [{ Key: deletion_protection.enabled, Value: !Ref Protected }]
      `,
      `
      Parameters:
        Protected: { Type: String, Default: 'true' } # finding
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Web:
          Type: AWS::ElasticLoadBalancingV2::LoadBalancer
          Properties:
            LoadBalancerAttributes: [{ Key: deletion_protection.enabled, Value: !If [Here, !Ref Protected, 'false'] }]
      `,
    ],
  },
});
