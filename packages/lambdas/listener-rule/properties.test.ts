import { CustomResourceError } from '@bitclouded/kit/custom-resource';
import fc from 'fast-check';
import { isRuleArn, listenerOf, readRule } from './properties.ts';

const PREFIX = 'arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012';
const good = {
  ListenerArn: `${PREFIX}:listener/app/web/50dc/aaaa`,
  TargetGroupArn: `${PREFIX}:targetgroup/blog/73e2`,
};

function faultsOf(properties: Record<string, unknown>): string[] {
  try {
    readRule({ ...good, ...properties });
  } catch (error) {
    if (error instanceof CustomResourceError) return error.faults.map(({ where }) => where);
    throw error;
  }
  return [];
}

it.each([
  [{ HostNames: ['blog.example.com', '*.example.org', 'a.*'] }],
  [{ PathPatterns: ['/', '/blog/*', '*.php'] }],
  [{ HostNames: ['blog.example.com'], PathPatterns: ['/img/?.png', '/$x~"\'@:+&'] }],
  [{ HostNames: [], PathPatterns: ['/blog'] }],
])('takes %j', (properties) => {
  expect(faultsOf(properties)).toEqual([]);
});

it.each([
  ['HostNames, PathPatterns', {}],
  ['HostNames, PathPatterns', { HostNames: [], PathPatterns: [] }],
  ['HostNames', { HostNames: ['localhost'] }],
  ['HostNames', { HostNames: ['example.com:8080'] }],
  ['HostNames', { HostNames: [`${'a'.repeat(125)}.com`] }],
  ['HostNames', { HostNames: ['a.b', 'c.d', 'e.f', 'g.h'] }],
  ['PathPatterns', { PathPatterns: ['blog'] }],
  ['PathPatterns', { PathPatterns: [''] }],
  ['HostNames and PathPatterns', { HostNames: ['a.b', 'c.d', 'e.f'], PathPatterns: ['/a', '/b', '/c'] }],
  ['ListenerArn', { ListenerArn: `${PREFIX}:listener/net/web/50dc/aaaa`, PathPatterns: ['/'] }],
  ['TargetGroupArn', { TargetGroupArn: 'blog', PathPatterns: ['/'] }],
])('names %s as what is wrong with %j', (where, properties) => {
  expect(faultsOf(properties)).toEqual([where]);
});

it('names all that is wrong at once', () => {
  expect(faultsOf({ ListenerArn: '', HostNames: ['a'], Priority: '7' })).toEqual([
    'ListenerArn',
    'HostNames',
    'Priority',
  ]);
});

it('reads the listener from any rule’s ARN', () => {
  const word = fc.stringMatching(/^[a-z0-9-]{1,16}$/);
  fc.assert(
    fc.property(word, word, word, word, (balancer, balancerId, listener, rule) => {
      const place = `app/${balancer}/${balancerId}/${listener}`;
      expect(isRuleArn(`${PREFIX}:listener-rule/${place}/${rule}`)).toBe(true);
      expect(listenerOf(`${PREFIX}:listener-rule/${place}/${rule}`)).toBe(`${PREFIX}:listener/${place}`);
      expect(isRuleArn(`${PREFIX}:listener/${place}`)).toBe(false);
    }),
  );
});

it('does not take for a rule what CloudFormation invents', () => {
  expect(['never-made', 'blog-Rule-1ABCDEFGHIJK'].map(isRuleArn)).toEqual([false, false]);
});
