import { listenerType } from '../aws/load-balancers.ts';
import { mayStandTogether } from '../aws/together.ts';
import type { Resource } from '../model/resource.ts';
import type { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { resourceStandard } from '../standard.ts';

const SERVERS = ['AWS::AutoScaling::AutoScalingGroup', 'AWS::ECS::Service'];

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
    if (!resource.values('Port').every((port) => port.is('80')) || hasRedirectRule(resource, template)) return;
    const secure = template.ofType(listenerType).filter((listener) => isSecureBeside(listener, resource));
    const others = isHandedOn(resource, template);
    for (const action of resource.values('DefaultActions.*'))
      for (const type of action.values('Type'))
        if (type.is('forward') && secure.some(({ when }) => mayStandTogether(when, type.when)))
          if (!others || reachesServers(action, template))
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
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: HTTP
            Port: 80
            DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Targets }]
        Https:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Condition: Secure
          Properties: { LoadBalancerArn: !Ref Web, Protocol: HTTPS, Port: 443 }
        Web: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Targets: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
      `,
      `
      Resources:
        Http:
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
        ForTheRulesOfOthers: { Value: !Ref Http }
      `,
      `
      Resources:
        Http:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: HTTP
            Port: 80
            DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Targets }]
        Redirect:
          Type: AWS::ElasticLoadBalancingV2::ListenerRule
          Properties:
            ListenerArn: !Ref Http
            Actions: [{ Type: redirect, RedirectConfig: { Protocol: HTTPS, StatusCode: HTTP_301 } }]
        Testing:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: HTTP
            Port: 8080
            DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Targets }]
        Https:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Web, Protocol: HTTPS, Port: 443 }
        Web: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Targets: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
      `,
      `
      Conditions:
        First: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        EitherProtocol:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: !If [First, HTTP, HTTPS]
            Port: 80
            DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Targets }]
        EitherPort:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: HTTP
            Port: !If [First, 80, 8080]
            DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Targets }]
        EitherBalancer:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !If [First, !Ref Web, !Ref Other]
            Protocol: HTTP
            Port: 80
            DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Targets }]
        Plain:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Other
            Protocol: HTTP
            Port: 80
            DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Targets }]
        PerhapsHttps:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Other, Protocol: !If [First, HTTPS, HTTP], Port: 8443 }
        Https:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Web, Protocol: HTTPS, Port: 443 }
        Web: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Other: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Targets: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
      `,
      `
      Parameters:
        ListenerArn: { Type: String }
      Conditions:
        First: !Equals [!Ref AWS::Region, us-east-1]
      Resources:
        Http:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: HTTP
            Port: 80
            DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Targets }]
        PerhapsRedirects:
          Type: AWS::ElasticLoadBalancingV2::ListenerRule
          Properties:
            ListenerArn: !If [First, !Ref Http, !Ref ListenerArn]
            Actions: [{ Type: !If [First, redirect, forward] }]
        Https:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Web, Protocol: HTTPS, Port: 443 }
        Handed:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Shared
            Protocol: HTTP
            Port: 80
            DefaultActions: [{ Type: forward, TargetGroupArn: !Ref Nobody }]
        SharedHttps:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Shared, Protocol: HTTPS, Port: 443 }
        Services:
          Type: AWS::CloudFormation::Stack
          Properties: { Parameters: { ListenerArn: !Ref Handed } }
        Web: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Shared: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Targets: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
        Nobody: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
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
      Parameters:
        CertificateArn: { Type: String, Default: '' }
      Conditions:
        Secure: !Not [!Equals [!Ref CertificateArn, '']]
        Insecure: !Equals [!Ref CertificateArn, '']
      Resources:
        Http:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Web
            Protocol: HTTP
            Port: 80
            DefaultActions:
              - Type: forward # finding
                ForwardConfig: { TargetGroups: [{ TargetGroupArn: !Ref Targets }] }
        Https:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Condition: Secure
          Properties: { LoadBalancerArn: !Ref Web, Protocol: HTTPS, Port: 443 }
        Web: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        Targets: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
        Service:
          Type: AWS::ECS::Service
          Properties: { LoadBalancers: [{ TargetGroupArn: !Ref Targets }] }
        Watch:
          Type: AWS::CloudWatch::Alarm
          Properties: { Dimensions: [{ Name: TargetGroup, Value: !GetAtt Targets.TargetGroupFullName }] }
        Other: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        OtherHttp:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties:
            LoadBalancerArn: !Ref Other
            Protocol: HTTP
            Port: 80
            DefaultActions:
              - Type: forward # finding
                TargetGroupArn: !Ref Group
        OtherHttps:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Properties: { LoadBalancerArn: !Ref Other, Protocol: HTTPS, Port: 443 }
        MoreHttps:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Condition: Insecure
          Properties: { LoadBalancerArn: !Ref Other, Protocol: HTTPS, Port: 8443 }
        Group: { Type: AWS::ElasticLoadBalancingV2::TargetGroup }
        Servers:
          Type: AWS::AutoScaling::AutoScalingGroup
          Properties: { TargetGroupARNs: [!Ref Group] }
        Third: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
        ThirdHttp:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Condition: Secure
          Properties:
            LoadBalancerArn: !Ref Third
            Protocol: HTTP
            Port: 80
            DefaultActions:
              - Type: forward # finding
                TargetGroupArn: !Ref Fixed
        ThirdHttps:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Condition: Secure
          Properties: { LoadBalancerArn: !Ref Third, Protocol: HTTPS, Port: 443 }
        ThirdInsecure:
          Type: AWS::ElasticLoadBalancingV2::Listener
          Condition: Insecure
          Properties: { LoadBalancerArn: !Ref Third, Protocol: HTTPS, Port: 8443 }
        Fixed:
          Type: AWS::ElasticLoadBalancingV2::TargetGroup
          Properties: { Targets: !If [Secure, [{ Id: i-1 }], !Ref AWS::NoValue] }
      Outputs:
        Listener: { Value: !Ref Http }
        OtherListener: { Value: !Ref OtherHttp }
        ThirdListener: { Value: !Ref ThirdHttp }
      `,
    ],
  },
});

/** Whether a listener speaks HTTPS for the load balancer of another, which may be another stack's. */
function isSecureBeside(listener: Resource, plain: Resource): boolean {
  const balancer = balancerOf(listener);
  if (balancer === undefined || balancer !== balancerOf(plain)) return false;
  return listener.values('Protocol').every((protocol) => protocol.is('HTTPS'));
}

/** What a listener names as its load balancer, where that is one thing. */
function balancerOf(listener: Resource): string | undefined {
  const [arn, ...more] = listener.values('LoadBalancerArn');
  return more.length === 0 ? arn?.reference?.target : undefined;
}

/** A rule for every path redirects as well as a default action does. */
function hasRedirectRule(listener: Resource, template: Template): boolean {
  return template
    .ofType('AWS::ElasticLoadBalancingV2::ListenerRule')
    .filter((rule) => rule.values('ListenerArn').some((arn) => template.referred(arn) === listener))
    .some((rule) => rule.values('Actions.*.Type').some((type) => !type.isNot('redirect')));
}

/** Whether other stacks get to know the listener: they may add the rules that redirect. */
function isHandedOn(listener: Resource, template: Template): boolean {
  const outputs = [...(template.section('Outputs')?.entries.values() ?? [])].flatMap((entry) =>
    template.valuesOf(entry),
  );
  return (
    outputs.flatMap((output) => output.values('Value')).some((value) => value.mentions(listener.logicalId)) ||
    template.referrers(listener).some(({ type }) => type.startsWith('AWS::CloudFormation::'))
  );
}

/** Whether something of the template stands behind an action: else its group may be one that stays empty. */
function reachesServers(action: Value, template: Template): boolean {
  return ['TargetGroupArn', 'ForwardConfig.TargetGroups.*.TargetGroupArn']
    .flatMap((path) => action.values(path))
    .flatMap((arn) => template.referred(arn) ?? [])
    .some(
      (group) =>
        group.values('Targets').some(({ isAbsent }) => !isAbsent) ||
        template.referrers(group).some(({ type }) => SERVERS.includes(type)),
    );
}
