import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: 'wordpress',
  summary: 'WordPress with nginx and PHP-FPM, which installs itself from its environment and runs in several replicas',
  variety: 'container',
  // Of WordPress; the Dockerfile names the same.
  version: '7.1.3',
  architectures: ['x86_64', 'arm64'],
  bases: ['public.ecr.aws/ubuntu/ubuntu:24.04@sha256:be20a0347f238b7d373edddc55923443b21dd9a60277bf8a93e43458cd0bf2fc'],
  smokeTest: ['wordpress-check-image'],
});
