import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: 'linux-ecs',
  summary: 'A container instance of ECS: linux-base with the ECS agent',
  variety: 'machine',
  // Of the ECS agent; agents.conf names the same.
  version: '1.106.1',
  architectures: ['x86_64', 'arm64'],
  bases: ['linux-base'],
  smokeTest: ['machine-test'],
});
