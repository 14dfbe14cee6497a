import { isLoopback, pinnedOf, repositoryOf } from './registry-address.ts';

const digest = `sha256:${'0'.repeat(64)}`;

test.each([
  ['public.ecr.aws/example/box', 'https://public.ecr.aws/v2/example/box'],
  ['docker.io/grafana/grafana', 'https://registry-1.docker.io/v2/grafana/grafana'],
  ['127.0.0.1:5000/box', 'http://127.0.0.1:5000/v2/box'],
  ['localhost/bitclouded/box', 'http://localhost/v2/bitclouded/box'],
  ['127.0.0.1.example.com/box', 'https://127.0.0.1.example.com/v2/box'],
])('%s is asked at %s', (reference, url) => {
  expect(repositoryOf(reference).url).toBe(url);
});

test.each(['registry.example.com:8443/team/box', 'registry.example.com:8443/team/box:1.2'])(
  '%s by digest keeps its port and loses its tag',
  (name) => {
    expect(pinnedOf(`${name}@${digest}`)).toEqual({
      registry: 'registry.example.com:8443',
      repository: 'team/box',
      url: 'https://registry.example.com:8443/v2/team/box',
      digest,
    });
  },
);

test('this machine alone is spoken to in the clear', () => {
  expect(['localhost', '127.0.0.1', '127.1.2.3', '[::1]'].filter(isLoopback)).toHaveLength(4);
  expect(['localhost.example.com', '10.0.0.1', '127.0.0.1.nip.io', ''].filter(isLoopback)).toEqual([]);
});
