import { stackParameters } from './stack-parameters.ts';
import { faceOf, parameter, twoRegionHost } from './testing/host-fixtures.ts';

const NOTHING = { outputs: {}, pending: {}, found: {} };
const face = (...parameters: Parameters<typeof faceOf>[1]) => faceOf('foundation/any', parameters);

it('takes the prefix of the host, outputs by name, and leaves the rest to defaults', () => {
  const known = { ...NOTHING, outputs: { ArtifactBucket: 'bucket', Unasked: 'x' } };
  const parameters = [parameter('Prefix'), parameter('ArtifactBucket'), parameter('GitRef', { default: 'main' })];
  expect(stackParameters(twoRegionHost(), 'github-oidc', face(...parameters), known)).toEqual({
    values: { Prefix: 'bitclouded', ArtifactBucket: 'bucket' },
    awaits: {},
    faults: [],
  });
});

it('puts the configuration before what was found and what others give', () => {
  const host = twoRegionHost({ stacks: { 'github-oidc': { DistributionId: 'mine', ExistingProviderArn: '' } } });
  const known = { outputs: { DistributionId: 'theirs' }, pending: {}, found: { ExistingProviderArn: 'arn' } };
  const parameters = [parameter('DistributionId'), parameter('ExistingProviderArn', { default: '' })];
  expect(stackParameters(host, 'github-oidc', face(...parameters), known).values).toEqual({
    DistributionId: 'mine',
    ExistingProviderArn: '',
  });
});

it('awaits what a stack before it will give', () => {
  const known = { ...NOTHING, pending: { DistributionId: 'bitclouded-artifact-host' } };
  expect(stackParameters(twoRegionHost(), 'github-oidc', face(parameter('DistributionId')), known)).toEqual({
    values: {},
    awaits: { DistributionId: 'bitclouded-artifact-host' },
    faults: [],
  });
});

it('governs the other regions as the home region, unless they are configured themselves', () => {
  const host = twoRegionHost({
    stacks: {
      'artifact-host': { ObjectLock: 'GOVERNANCE', ObjectLockDays: '30', Domain: 'cdn.example.com' },
      'artifact-region': { ObjectLockDays: '60' },
    },
  });
  const parameters = [parameter('ObjectLock'), parameter('ObjectLockDays')];
  expect(stackParameters(host, 'artifact-region', face(...parameters), NOTHING)).toMatchObject({
    values: { ObjectLock: 'GOVERNANCE', ObjectLockDays: '60' },
    faults: [],
  });
});

it('names all that is wrong, and where', () => {
  const host = twoRegionHost({
    stacks: { 'artifact-host': { Prefix: 'other', Amount: '0', Mode: 'x', Mail: 'x', Unknown: '1' } },
  });
  const { faults } = stackParameters(
    host,
    'artifact-host',
    face(
      parameter('Prefix'),
      parameter('Amount', { type: 'Number', minimum: 1 }),
      parameter('Mode', { allowedValues: ['none'] }),
      parameter('Mail', { allowedPattern: '[a-z]+@[a-z]+' }),
      parameter('Missing'),
    ),
    NOTHING,
  );
  expect(
    faults.map(({ code, where }) => [code, where.replace("hosts.production.stacks['artifact-host'].", '')]),
  ).toEqual([
    ['parameter-unknown', 'Unknown'],
    ['parameter-invalid', 'Prefix'],
    ['parameter-invalid', 'Amount'],
    ['parameter-invalid', 'Mode'],
    ['parameter-invalid', 'Mail'],
    ['parameter-missing', 'Missing'],
  ]);
});

it('holds a pattern against the whole value, and shows no secret', () => {
  const host = twoRegionHost({ stacks: { 'artifact-host': { Word: 'abc1', Secret: 'hunter2' } } });
  const { faults } = stackParameters(
    host,
    'artifact-host',
    face(
      parameter('Word', { allowedPattern: 'abc|[a-z]+' }),
      parameter('Secret', { allowedPattern: '[a-z]+', secret: true }),
    ),
    NOTHING,
  );
  expect(faults.map(({ received }) => received)).toEqual(['abc1', 'a secret value']);
});
