import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: 'traefik',
  summary: 'Traefik: a reverse proxy that finds its services by itself',
  variety: 'mirrored',
  version: 'v3.7.14',
  architectures: ['x86_64', 'arm64'],
  bases: ['docker.io/library/traefik:v3.7.14@sha256:575fa15b135078fe5e50aa847987d96dbddd7b093c172429618404df73f3fa7c'],
  smokeTest: ['traefik', 'version'],
});
