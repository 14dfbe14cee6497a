import { architectureOfImage, architectureOfType } from './instances.ts';

describe('architectureOfType', () => {
  it.each([
    'a1.large',
    't4g.micro',
    'm7gd.metal',
    'im4gn.large',
    'is4gen.xlarge',
    'g5g.xlarge',
    'c7gn.2xlarge',
    'x2gd.medium',
  ])('knows that %s is Arm', (type) => expect(architectureOfType(type)).toBe('arm64'));

  it.each([
    't3.micro',
    'm5a.large',
    'g4dn.xlarge',
    'g6.xlarge',
    'gr6.4xlarge',
    'x2iezn.metal',
    'p5en.48xlarge',
    'i3.metal-24xl',
  ])('knows that %s is not', (type) => expect(architectureOfType(type)).toBe('x86_64'));

  it.each(['mac2.metal', 'mac2-m2.metal', 'u-6tb1.metal', 'p6e-gb200.36xlarge', 't4g', 'cache.t4g.micro', ''])(
    'does not guess of %s',
    (type) => expect(architectureOfType(type)).toBeUndefined(),
  );
});

describe('architectureOfImage', () => {
  it.each([
    ['/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64', 'arm64'],
    ['/aws/service/bottlerocket/aws-ecs-2/arm64/latest/image_id', 'arm64'],
    ['/aws/service/ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2', 'x86_64'],
    ['/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id', 'x86_64'],
    ['resolve:ssm:/aws/service/ami-windows-latest/Windows_Server-2025-English-Full-Base', 'x86_64'],
  ])('reads %s', (name, architecture) => expect(architectureOfImage(name)).toBe(architecture));

  it.each([
    'ami-0123456789abcdef0',
    '/images/web-arm64',
    '/aws/service/ecs/optimized-ami/amazon-linux-2/recommended/image_id',
  ])('does not guess of %s', (name) => expect(architectureOfImage(name)).toBeUndefined());
});
