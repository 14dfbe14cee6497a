import { CustomResourceError } from '@bitclouded/kit/custom-resource';
import { isCertificateArn, namesOf, readCertificate, regionOf } from './properties.ts';

const good = { DomainName: 'example.com', HostedZoneId: 'Z0123456789ABCDEFGHIJ', Region: 'us-east-1' };

function faultsOf(properties: Record<string, unknown>): string[] {
  try {
    readCertificate({ ...good, ...properties });
  } catch (error) {
    if (error instanceof CustomResourceError) return error.faults.map(({ where }) => where);
    throw error;
  }
  return [];
}

it.each([
  {},
  { AlternativeNames: ['*.example.com', 'a-b.c.example.com'] },
  { DomainName: 'xn--bcher-kva.example' },
  { Region: 'us-gov-west-1' },
])('takes %j', (properties) => {
  expect(faultsOf(properties)).toEqual([]);
});

it.each([
  ['DomainName', { DomainName: 'example' }],
  ['DomainName', { DomainName: 'a.*.example.com' }],
  ['DomainName', { DomainName: '-a.example.com' }],
  ['DomainName', { DomainName: `${'a'.repeat(64)}.example.com` }],
  ['DomainName', { DomainName: 'example.com.' }],
  ['AlternativeNames', { AlternativeNames: 'www.example.com' }],
  ['HostedZoneId', { HostedZoneId: '/hostedzone/Z1' }],
  ['Region', { Region: '' }],
])('names %s as what is wrong with %j', (where, properties) => {
  expect(faultsOf(properties)).toEqual([where]);
});

it('compares names without their case, order and repetition', () => {
  expect(namesOf({ DomainName: 'B.example', AlternativeNames: ['a.example', 'b.example'] })).toEqual([
    'a.example',
    'b.example',
  ]);
});

it('knows an ARN of a certificate, and its region', () => {
  const arn = 'arn:aws-cn:acm:cn-north-1:123456789012:certificate/12345678-1234';
  expect([isCertificateArn(arn), regionOf(arn)]).toEqual([true, 'cn-north-1']);
  expect(['never-made', 'dns-CdnCertificate-1ABCDEFGHIJK'].map(isCertificateArn)).toEqual([false, false]);
});
