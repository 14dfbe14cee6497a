import { ReleaseError } from '../release-error.ts';
import { type Check, type DoctorContext, ok } from './check.ts';
import { examine } from './examine.ts';

const context = (signal = new AbortController().signal): DoctorContext => ({ signal }) as DoctorContext;
const check = (name: string, run: Check['run']): Check => ({ name, run });

it('makes a finding of whatever a check throws, and goes on', async () => {
  const service = Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  const own = new ReleaseError({ code: 'host-not-ready', where: 'here', received: 'r', expected: 'e', remedy: 'm' });
  const found = await examine(
    [
      check('denied', () => Promise.reject(service)),
      check('own', () => Promise.reject(own)),
      check('defect', () => Promise.reject(new TypeError('x is not a function'))),
      check('text', () => Promise.reject('words')),
      check('good', async () => [ok('there', 'fine')]),
    ],
    context(),
  );
  expect(found).toMatchObject([
    { check: 'denied', grade: 'fails', received: 'AccessDenied: no' },
    { check: 'own', grade: 'fails', where: 'here', received: 'r' },
    { check: 'defect', grade: 'fails', received: 'TypeError: x is not a function' },
    { check: 'text', grade: 'fails', received: 'words' },
    { check: 'good', grade: 'ok', received: 'fine' },
  ]);
});

it('makes no finding of an interruption', async () => {
  const stop = new AbortController();
  const interrupted = check('slow', async () => {
    stop.abort();
    throw new Error('aborted');
  });
  await expect(examine([interrupted], context(stop.signal))).rejects.toMatchObject({ name: 'AbortError' });
});
