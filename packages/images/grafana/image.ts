import { defineImage } from '@bitclouded/kit';

export default defineImage({
  name: 'grafana',
  summary: 'Grafana: dashboards and alerts on metrics, logs and traces',
  variety: 'mirrored',
  version: '13.2.3',
  architectures: ['x86_64', 'arm64'],
  bases: ['docker.io/grafana/grafana:13.2.3@sha256:b28bae15e219c998fb0e0424ed724930cc61b1f61fb404d47c862f9a23f9e572'],
  smokeTest: ['grafana', '--version'],
});
