import { PRODUCTION } from '../testing/hosts.ts';
import { copyToken, identityOf, machineBase, parameterName } from './machine-identity.ts';

const image = { name: 'linux-base', version: '24.04', contextSha256: 'c'.repeat(64) };

test('the same definition on the same base has the same name, and anything else another one', () => {
  const name = identityOf(PRODUCTION, image, 'arm64', 'ami-0123456789abcdef0').amiName;
  expect(name).toBe('example/linux-base/24.04/arm64/cccccccccccc-0123456789abcdef0');
  expect(name).toMatch(/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/);
  const others = [
    identityOf(PRODUCTION, image, 'x86_64', 'ami-0123456789abcdef0'),
    identityOf(PRODUCTION, image, 'arm64', 'ami-1123456789abcdef0'),
    identityOf(PRODUCTION, { ...image, contextSha256: 'd'.repeat(64) }, 'arm64', 'ami-0123456789abcdef0'),
  ];
  expect(new Set([name, ...others.map(({ amiName }) => amiName)]).size).toBe(4);
});

test('a token fits EC2, and a copy that failed gets another one', () => {
  const tokens = [0, 1].map((attempt) => copyToken('a', 'ami-1', 'eu-west-1', attempt));
  expect(new Set(tokens).size).toBe(2);
  for (const token of tokens) expect(token).toMatch(/^[\x21-\x7e]{1,64}$/);
});

test('a base is an image of this repository, or the newest of an owner, who has an account in each partition', () => {
  expect(machineBase('linux-base', 'eu-west-1')).toEqual({ kind: 'image', image: 'linux-base' });
  const ubuntu = 'canonical/ubuntu/images/x-*';
  expect(machineBase(ubuntu, 'eu-west-1')).toEqual({ kind: 'ami', owner: '099720109477', name: 'ubuntu/images/x-*' });
  expect(machineBase(ubuntu, 'cn-north-1')).toMatchObject({ owner: '837727238323' });
  expect(machineBase('amazon/Windows-*', 'eu-west-1')).toMatchObject({ owner: 'amazon' });
});

test('a parameter has a name for each host, image and architecture', () => {
  expect(parameterName(PRODUCTION, 'linux-base', 'arm64')).toBe('/example/images/linux-base/arm64');
});
