import { parseHosts } from '@bitclouded/documents';
import config from '../../bitclouded.config.ts';
import { hostNames } from './host-names.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const configuration = {
  path: 'bitclouded.config.ts',
  text: "export default defineConfig({ hosts: { p: { account: '098765432109', registry: 'registry.example.org/us', cdn: { domain: 'cdn.example.org', distributionId: 'E9QWRUHOTHER' } } } });",
};
const check = (text: string, path = 'release/a.ts') => describeViolations(hostNames([configuration, { path, text }]));

describe('only bitclouded.config.ts names hosts', () => {
  it('in the repository', () => {
    expect(describeViolations(hostNames(repositoryFiles()))).toEqual([]);
  });

  it('and it is a configuration, whose first host is a folder', () => {
    expect(parseHosts(config, 'bitclouded.config.ts')[0]).toMatchObject({
      name: 'local',
      kind: 'folder',
      folder: 'dist/host',
    });
  });

  it.each([
    "const account = '210987654321';",
    "const url = 'https://bitclouded-210987654321-us-east-1-an.s3.us-east-1.amazonaws.com/v1/';",
    "const url = 'https://my-bucket.s3.eu-west-1.amazonaws.com/';",
    "const url = 'https://s3.eu-west-1.amazonaws.com/my-bucket/';",
    "const image = 'public.ecr.aws/my-registry/aws-util:1';",
    "const image = '210987654321.dkr.ecr.eu-west-1.amazonaws.com/aws-util';",
    "const cdn = 'd111111abcdef8.cloudfront.net';",
    "const cdn = 'https://cdn.example.org/v1/';",
    "const registry = 'registry.example.org/us';",
  ])('refuses %s', (text) => {
    expect(check(text)[0]).toMatch(/^release\/a\.ts:1: .+ — take it from the host's configuration/);
    expect(check(text, 'docs/release.md')).not.toEqual([]);
  });

  it.each([
    'return `https://${bucketOf(host, region)}.s3.${region}.amazonaws.com/${key}`;',
    'https://<bucket>.s3.<region>.amazonaws.com/v1.4.0/templates/networking/vpc.yaml',
    "account: '123456789012'",
    "const sha = '0123456789012345678901234567890123456789';",
    "const id = '0a1b2c3d-0000-0000-0000-098765432109';",
    "const principal = 'logs.us-east-1.amazonaws.com';",
  ])('takes %s', (text) => expect(check(text)).toEqual([]));

  it('takes the registry that an image is built on', () => {
    const text = 'FROM public.ecr.aws/ubuntu/ubuntu:24.04';
    expect(check(text, 'packages/images/a/Dockerfile')).toEqual([]);
    expect(check(text, 'packages/kit/a.ts')).toHaveLength(1);
  });

  it('takes a host that a test invents', () => {
    expect(check("const account = '210987654321';", 'release/a.test.ts')).toEqual([]);
  });
});
