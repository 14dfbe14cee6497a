import { templateStandard } from '../standard.ts';

/** Old types, by pattern, with what stands in their place. */
const CLASSIC: readonly (readonly [RegExp, string])[] = [
  [/^AWS::ElasticLoadBalancing::/, 'AWS::ElasticLoadBalancingV2::LoadBalancer'],
  [/^AWS::AutoScaling::LaunchConfiguration$/, 'AWS::EC2::LaunchTemplate'],
  [/^AWS::WAF(?:Regional)?::/, 'the types of AWS::WAFv2'],
];

export default templateStandard({
  name: 'no-classic-types',
  number: 24,
  title: 'No classic load balancer, launch configuration or WAF Classic',
  why: 'They get no new features, new accounts are refused some of them, and WAF Classic ends.',
  remedy: 'Use the type that took its place',
  source:
    'EC2 Auto Scaling User Guide, "Auto Scaling launch configurations"; WAF Developer Guide, "AWS WAF Classic"; ELB, "Migrate your Classic Load Balancer"',
  peers: 'cdk-nag has ELB1 for classic load balancers alone',
  audience: 'everyone',
  severity: 'warning',
  applies: 'template',
  *check({ template }) {
    for (const resource of template.resources.values()) {
      const old = CLASSIC.find(([pattern]) => pattern.test(resource.type));
      if (old) yield { at: resource, resource, message: `${resource.type} is classic; there is ${old[1]}` };
    }
  },
  examples: {
    good: [
      `
      Resources:
        Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Servers: { Type: AWS::EC2::LaunchTemplate }
        Firewall: { Type: AWS::WAFv2::WebACL }
      `,
    ],
    bad: [
      `
      Resources:
        Balancer: # finding
          Type: AWS::ElasticLoadBalancing::LoadBalancer
        Servers: # finding
          Type: AWS::AutoScaling::LaunchConfiguration
        Firewall: # finding
          Type: AWS::WAFRegional::WebACL
      `,
    ],
  },
});
