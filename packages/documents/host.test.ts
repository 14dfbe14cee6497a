import { DocumentError } from './document-error.ts';
import { parseHosts } from './host.ts';

const aws = {
  kind: 'aws',
  prefix: 'bitclouded',
  account: '123456789012',
  homeRegion: 'eu-west-1',
  regions: ['eu-west-1', 'us-east-1'],
  registry: 'public.ecr.aws/bitclouded',
  cdn: { domain: 'cdn.example.com', distributionId: 'E2QWRUHEXAMPLE' },
};

describe('parseHosts', () => {
  it('gives each host its name', () => {
    expect(parseHosts({ hosts: { production: aws } }, 'c')).toEqual([{ name: 'production', ...aws }]);
  });

  it('takes a host whose CDN is not made yet, and the parameters of its stacks', () => {
    const { cdn: _, ...young } = { ...aws, stacks: { 'github-oidc': { Repository: 'example/infrastructure' } } };
    expect(parseHosts({ hosts: { production: young } }, 'c')).toEqual([{ name: 'production', ...young }]);
  });

  it('refuses parameters of a stack that is none of the host', () => {
    expect(faultsOf({ hosts: { production: { ...aws, stacks: { vpc: { Cidr: '10.0.0.0/16' } } } } })).toMatchObject([
      { where: 'bitclouded.config.ts at hosts.production.stacks', received: '"vpc"' },
    ]);
  });

  it('reports all three of three faults, also where one lies between two properties', () => {
    const wrong = {
      ...aws,
      account: 123456789012,
      homeRegion: 'eu-central-1',
      cdn: { ...aws.cdn, domain: 'https://cdn.example.com' },
    };
    expect(faultsOf({ hosts: { production: wrong } })).toEqual([
      {
        code: 'config-invalid',
        where: 'bitclouded.config.ts at hosts.production.account',
        received: '123456789012',
        expected: 'string',
        remedy: 'correct account',
      },
      {
        code: 'config-invalid',
        where: 'bitclouded.config.ts at hosts.production.cdn.domain',
        received: '"https://cdn.example.com"',
        expected: 'a domain name',
        remedy: 'correct domain',
      },
      {
        code: 'config-invalid',
        where: 'bitclouded.config.ts at hosts.production.homeRegion',
        received: '"eu-central-1"',
        expected: 'one of its regions (eu-west-1, us-east-1)',
        remedy: 'correct homeRegion',
      },
    ]);
  });

  it.each([
    ['a misspelt property', { ...aws, cnd: 'x' }, 'hosts.production', '"cnd"'],
    ['a prefix in capitals', { ...aws, prefix: 'BitClouded' }, 'hosts.production.prefix', '"BitClouded"'],
    ['a prefix that S3 would refuse', { ...aws, prefix: 'bitclouded-' }, 'hosts.production.prefix', '"bitclouded-"'],
    [
      'a region twice',
      { ...aws, regions: ['eu-west-1', 'eu-west-1'] },
      'hosts.production.regions',
      '["eu-west-1","eu-west-1"]',
    ],
    [
      'two partitions',
      { ...aws, regions: ['eu-west-1', 'cn-north-1'] },
      'hosts.production.regions',
      '["eu-west-1","cn-north-1"]',
    ],
    ['an unknown kind', { ...aws, kind: 'azure' }, 'hosts.production.kind', '"azure"'],
    [
      'a registry with a scheme',
      { ...aws, registry: 'https://public.ecr.aws' },
      'hosts.production.registry',
      '"https://public.ecr.aws"',
    ],
  ])('refuses %s', (_, host, path, received) => {
    expect(faultsOf({ hosts: { production: host } })).toEqual([
      expect.objectContaining({ code: 'config-invalid', where: `bitclouded.config.ts at ${path}`, received }),
    ]);
  });

  it('refuses a region of a partition whose addresses it does not know', () => {
    const faults = faultsOf({ hosts: { secret: { ...aws, homeRegion: 'us-iso-east-1', regions: ['us-iso-east-1'] } } });
    expect(faults.map(({ where }) => where)).toEqual([
      'bitclouded.config.ts at hosts.secret.homeRegion',
      'bitclouded.config.ts at hosts.secret.regions.0',
    ]);
  });

  it('names a host whose name is no name', () => {
    expect(faultsOf({ hosts: { 'My Host': aws } })).toEqual([
      expect.objectContaining({ received: '"My Host"', expected: 'a name: in kebab-case', remedy: 'correct the name' }),
    ]);
  });

  it.each([undefined, null, 'local', 7, [], {}, { hosts: null }, { hosts: 'local' }, { hosts: { local: null } }])(
    'refuses %j as a configuration',
    (value) => expect(faultsOf(value).length).toBeGreaterThan(0),
  );
});

function faultsOf(value: unknown) {
  try {
    parseHosts(value, 'bitclouded.config.ts');
  } catch (error) {
    if (error instanceof DocumentError) return error.faults;
    throw error;
  }
  throw new Error('nothing was refused');
}
