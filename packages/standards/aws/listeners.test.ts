import type { Resource } from '../model/resource.ts';
import { Template } from '../model/template.ts';
import type { Value } from '../model/value.ts';
import { isHandedOn, listenersOf, mayRedirectByRule, reachesServers, secureBeside } from './listeners.ts';

/** A template with the load balancers Web and Other, the target group Group, and these resources and outputs. */
function templateWith(resources: readonly string[], outputs = ''): Template {
  const text = `
    Parameters:
      Given: { Type: String }
    Conditions:
      First: !Equals [!Ref Given, first]
    Resources:
      Web: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
      Other: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }
${resources.map((resource) => `      ${resource}`).join('\n')}
    ${outputs && `Outputs: { Some: { Value: ${outputs} } }`}
  `;
  return Template.read(Buffer.from(text), 'listeners.yaml');
}

function listener(name: string, balancer: string, protocol = 'HTTPS'): string {
  return `${name}: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { LoadBalancerArn: ${balancer}, Protocol: ${protocol} } }`;
}

function ids(resources: readonly Resource[]): string[] {
  return resources.map(({ logicalId }) => logicalId);
}

describe('listenersOf and secureBeside', () => {
  const template = templateWith([
    listener('A', '!Ref Web', 'HTTP'),
    listener('B', '!GetAtt Web.LoadBalancerArn'),
    listener('C', '!Ref Other', 'HTTP'),
    listener('D', '!If [First, !Ref Web, !Ref Other]'),
    listener('E', '!Ref Given', 'HTTP'),
    listener('F', '!Ref Given'),
    listener('G', '!ImportValue balancer'),
    listener('H', '!ImportValue balancer', 'HTTP'),
    listener('I', '!Ref Web', '!If [First, HTTPS, HTTP]'),
  ]);
  const at = (name: string): Resource => template.resources.get(name)!;

  it('takes a listener for a load balancer’s only where it names no other', () => {
    expect(ids(listenersOf(at('Web'), template))).toEqual(['A', 'B', 'I']);
    expect(ids(listenersOf(at('Other'), template))).toEqual(['C']);
  });

  it.each([
    ['A', ['B']],
    ['C', []],
    ['D', []],
    ['E', ['F']],
    ['H', []],
  ])('knows what speaks HTTPS beside %s', (name, expected) => {
    expect(ids(secureBeside(at(name), template))).toEqual(expected);
  });
});

describe('mayRedirectByRule', () => {
  const rule = (arn: string, type: string): string =>
    `Rule: { Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: { ListenerArn: ${arn}, Actions: [{ Type: ${type} }] } }`;
  it.each([
    ['!Ref A', 'redirect', true],
    ['!Ref A', 'forward', false],
    ['!Ref A', '!If [First, redirect, forward]', true],
    ['!Ref A', '!Ref Given', true],
    ['!If [First, !Ref A, !Ref B]', 'redirect', true],
    ['!Ref B', 'redirect', false],
  ])('says of a rule of %s that may %s: %s', (arn, type, expected) => {
    const template = templateWith([listener('A', '!Ref Web'), listener('B', '!Ref Web'), rule(arn, type)]);
    expect(mayRedirectByRule(template.resources.get('A')!, template)).toBe(expected);
  });
});

describe('isHandedOn', () => {
  const nested = 'Nested: { Type: AWS::CloudFormation::Stack, Properties: { Parameters: { Arn: !Ref A } } }';
  const rule = 'Rule: { Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: { ListenerArn: !Ref A } }';
  it.each([
    ['', [], false],
    ['', [rule], false],
    ['', [nested], true],
    ['!Ref A', [], true],
    ["!Sub 'arn: ${A}'", [], true],
    ['!If [First, !Ref A, none]', [], true],
    ['!Ref Web', [], false],
  ])('says of the output "%s" and %j: %s', (output, resources, expected) => {
    const template = templateWith([listener('A', '!Ref Web'), ...resources], output);
    expect(isHandedOn(template.resources.get('A')!, template)).toBe(expected);
  });
});

describe('reachesServers', () => {
  const direct = '{ TargetGroupArn: !Ref Group }';
  const weighted = '{ ForwardConfig: { TargetGroups: [{ TargetGroupArn: !Ref Group }] } }';
  const group = (properties = ''): string =>
    `Group: { Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: { ${properties} } }`;
  const service =
    'Service: { Type: AWS::ECS::Service, Properties: { LoadBalancers: [{ TargetGroupArn: !Ref Group }] } }';
  const servers =
    'Servers: { Type: AWS::AutoScaling::AutoScalingGroup, Properties: { TargetGroupARNs: [!Ref Group] } }';
  const alarm = 'Alarm: { Type: AWS::CloudWatch::Alarm, Properties: { AlarmDescription: !Ref Group } }';
  it.each([
    [direct, [group()], false],
    [direct, [group(), alarm], false],
    [direct, [group(), alarm, service], true],
    [weighted, [group(), service], true],
    [direct, [group(), servers], true],
    [direct, [group('Targets: [{ Id: i-1 }]')], true],
    [direct, [group('Targets: !If [First, [{ Id: i-1 }], !Ref AWS::NoValue]')], true],
    ['{ TargetGroupArn: !Ref Given }', [group(), service], false],
  ])('says of the action %s with %j: %s', (action, resources, expected) => {
    const template = templateWith([
      ...resources,
      `A: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { DefaultActions: [${action}] } }`,
    ]);
    const [forward] = template.resources.get('A')!.values('DefaultActions.*') as [Value];
    expect(reachesServers(forward, template)).toBe(expected);
  });
});
