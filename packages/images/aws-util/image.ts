import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: 'aws-util',
  summary: 'A shell with the AWS CLI and what scripts around it need, for one-off tasks',
  variety: 'container',
  // Of the AWS CLI; the Dockerfile names the same.
  version: '2.36.7',
  architectures: ['x86_64', 'arm64'],
  bases: ['public.ecr.aws/ubuntu/ubuntu:24.04@sha256:be20a0347f238b7d373edddc55923443b21dd9a60277bf8a93e43458cd0bf2fc'],
  smokeTest: [
    'bash',
    '-euc',
    'aws --version | grep -F aws-cli/2.36.7 && curl --version && jq --version && openssl version && unzip -v && test "$(id -u)" != 0',
  ],
});
