import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: 'kong',
  summary: 'Kong: an API gateway with plugins for authentication, limits and logs',
  variety: 'mirrored',
  version: '3.9.3',
  architectures: ['x86_64', 'arm64'],
  bases: ['docker.io/library/kong:3.9.3@sha256:ca71c5591eabaf18de96d26b7eed5e2fdb590dac141e467a779c38017e5bdf81'],
  smokeTest: ['kong', 'version'],
});
