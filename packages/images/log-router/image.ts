import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: 'log-router',
  summary: 'Vector as the log router of an ECS task: receives what FireLens sends, and passes it on',
  variety: 'container',
  // Of Vector; the Dockerfile names the same.
  version: '0.58.0',
  architectures: ['x86_64', 'arm64'],
  bases: ['public.ecr.aws/ubuntu/ubuntu:24.04@sha256:be20a0347f238b7d373edddc55923443b21dd9a60277bf8a93e43458cd0bf2fc'],
  smokeTest: ['log-router-check-image'],
});
