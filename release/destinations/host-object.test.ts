import { cacheControlOf, hostObject } from './host-object.ts';

it.each([
  ['v1.4.0/templates/networking/vpc.yaml', true],
  ['v1.4.1-dev.abc123/manifest.json', true],
  ['lambdas/log-governor/abc.zip', true],
  ['attestations/abc.json', true],
  ['index.json', false],
  ['latest/templates/networking/vpc.yaml', false],
  ['v1/alias.json', false],
  ['v1.4/manifest.json', false],
])('%s may be kept for ever: %p', (key, immutable) => {
  expect(cacheControlOf(key)).toBe(immutable ? 'public, max-age=31536000, immutable' : 'public, max-age=60');
});

it('gives an object its hash and its media type', () => {
  expect(hostObject('index.json', Buffer.from('{}'))).toMatchObject({
    contentType: 'application/json',
    sha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  });
});
