import { isHandedOn, listenerType, mayRedirectByRule, reachesServers, secureBeside } from '../aws/listeners.ts';
import { mayStandTogether } from '../model/together.ts';
import { resourceStandard } from '../standard.ts';

export default resourceStandard({
  name: 'http-redirects',
  number: 22,
  title: 'Where a load balancer speaks HTTPS, its port 80 only redirects',
  why: 'A forward beside HTTPS sends passwords and cookies in clear text to whoever typed no https.',
  remedy: 'Make the default action of port 80 a redirect with Protocol: HTTPS, Port: 443 and StatusCode: HTTP_301',
  source: 'Application Load Balancers User Guide, "Redirect actions"',
  peers:
    'cdk-nag ALBHttpToHttpsRedirection (NIST, HIPAA and PCI packs) reports load balancers without a certificate too',
  audience: 'everyone',
  severity: 'warning',
  applies: [listenerType],
  *check({ resource, template }) {
    if (!resource.values('Protocol').every((protocol) => protocol.is('HTTP'))) return;
    if (!resource.values('Port').every((port) => port.is('80')) || mayRedirectByRule(resource, template)) return;
    const secure = secureBeside(resource, template);
    // The default of a shared listener may reach nobody, and the rules of others redirect.
    const isShared = isHandedOn(resource, template);
    for (const action of resource.values('DefaultActions.*'))
      for (const type of action.values('Type'))
        if (type.is('forward') && secure.some(({ when }) => mayStandTogether(when, type.when)))
          if (!isShared || reachesServers(action, template))
            yield { at: type, message: 'Port 80 forwards, although the load balancer speaks HTTPS' };
  },
  examples: {
    good: [
      `
      Parameters:
        CertificateArn: { Type: String, Default: '' }
      Conditions:
        Secure: !Not [!Equals [!Ref CertificateArn, '']]
        Plain: !Equals [!Ref CertificateArn, '']
      Resources:
        Http:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: HTTP
            Port: 80
            DefaultActions:
              - !If
                - Secure
                - { Type: redirect, RedirectConfig: { Protocol: HTTPS, Port: '443', StatusCode: HTTP_301 } }
                - { Type: forward, TargetGroupArn: !Ref Targets }
        Alone:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Condition: Plain
          Properties: { LoadBalancerArn: !Ref Web, Protocol: HTTP, Port: 80, DefaultActions: [{ Type: forward }] }
        Testing:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: !If [Secure, HTTPS, HTTP]
            Port: 80
            DefaultActions: [{ Type: forward }]
        Tests:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: HTTP
            Port: !If [Secure, 8080, 80]
            DefaultActions: [{ Type: forward }]
        Https:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Condition: Secure
          Properties: { LoadBalancerArn: !Ref Web, Protocol: HTTPS, Port: 443 }
        Web: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Targets: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
      `,
      `
      Resources:
        ForOthers:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Shared
            Protocol: HTTP
            Port: 80
            DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Nobody }]
        Https:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Shared, Protocol: HTTPS, Port: 443 }
        Shared: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Nobody: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
      Outputs:
        ListenerArn: { Value: !Ref ForOthers }
      `,
    ],
    bad: [
      `
      Resources:
        Http:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: HTTP
            Port: 80
            DefaultActions:
              - Type: forward # finding
                TargetGroupArn: !Ref Targets
        Https:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Web, Protocol: HTTPS, Port: 443 }
        Web: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Targets: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
      `,
      `
      Conditions:
        Here: !Equals [!Ref AWS::Region, us-east-1]
        Elsewhere: !Not [!Condition Here]
      Resources:
        Http:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Condition: Elsewhere
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: HTTP
            Port: 80
            DefaultActions:
              - Type: forward # finding
        Https:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Web, Protocol: HTTPS, Port: 443 }
        HttpsHere:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Condition: Here
          Properties: { LoadBalancerArn: !Ref Web, Protocol: HTTPS, Port: 8443 }
        Web: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
      `,
    ],
  },
});
