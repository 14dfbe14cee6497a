import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: 'linux-base',
  summary: 'A hardened Ubuntu LTS with Docker, the SSM agent and the CloudWatch agent',
  variety: 'machine',
  version: '24.04',
  architectures: ['x86_64', 'arm64'],
  // The first is taken unless another one is asked for.
  bases: [
    'canonical/ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-*-server-*',
    'canonical/ubuntu/images/hvm-ssd-gp3/ubuntu-resolute-26.04-*-server-*',
    'canonical/ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-*-server-*',
  ],
  smokeTest: ['machine-test'],
});
