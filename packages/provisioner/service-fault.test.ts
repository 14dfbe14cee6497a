import { serviceFault } from './service-fault.ts';

const failure = (name: string, more: object = {}): Error => Object.assign(new Error('words'), { name, ...more });
const answered = (httpStatusCode: number): object => ({ $metadata: { httpStatusCode } });

it.each([
  [failure('AccessDenied', answered(403)), 'access-denied'],
  [failure('UnauthorizedOperation', answered(403)), 'access-denied'],
  [failure('ExpiredToken', answered(403)), 'credentials-unusable'],
  [failure('CredentialsProviderError'), 'credentials-unusable'],
  [failure('ThrottlingException', answered(400)), 'service-unavailable'],
  [failure('ServiceFailure', answered(503)), 'service-unavailable'],
  [failure('Error', { code: 'ECONNREFUSED' }), 'service-unavailable'],
  [failure('ValidationError', answered(400)), 'request-refused'],
])('%s means %s', (error, code) => {
  expect(serviceFault(error, 'here')).toMatchObject({
    code,
    where: 'here',
    received: expect.stringContaining('words'),
  });
});

it.each([[failure('AbortError')], [new TypeError('a defect')], [undefined], ['text']])('leaves %s alone', (error) => {
  expect(serviceFault(error, 'here')).toBeUndefined();
});
