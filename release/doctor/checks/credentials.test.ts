import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { twoRegionHost } from '../../host/testing/host-fixtures.ts';
import type { DoctorContext } from '../check.ts';
import { credentials } from './credentials.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');

/** Callers whom the stand-in has not: root, other partitions, credentials that end. */
async function examined(Arn: string, minutes?: number, Account = '123456789012') {
  const expiration = minutes === undefined ? {} : { expiration: new Date(NOW.getTime() + minutes * 60_000) };
  const client = new STSClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b', ...expiration },
  });
  mockClient(client).on(GetCallerIdentityCommand).resolves({ Account, Arn });
  const signal = new AbortController().signal;
  const context = { host: twoRegionHost(), clients: { sts: () => client }, now: () => NOW, signal };
  return (await credentials.run(context as unknown as DoctorContext))[0]!;
}

it.each([
  ['arn:aws:sts::123456789012:assumed-role/admin/me', 60, 'ok', '2026-03-01T13:00:00.000Z'],
  ['arn:aws:iam::123456789012:user/me', undefined, 'ok', 'without an end'],
  ['arn:aws:sts::123456789012:assumed-role/admin/me', 5, 'warning', '2026-03-01T12:05:00.000Z'],
  ['arn:aws:iam::123456789012:root', undefined, 'warning', ':root'],
  ['arn:aws-cn:iam::123456789012:user/me', undefined, 'fails', 'aws-cn'],
])('judges %s for %s minutes', async (arn, minutes, grade, text) => {
  const finding = await examined(arn, minutes);
  expect(finding.grade).toBe(grade);
  expect(finding.received).toContain(text);
});

it('names both accounts where they differ', async () => {
  expect(await examined('arn:aws:iam::111122223333:user/me', undefined, '111122223333')).toMatchObject({
    grade: 'fails',
    received: 'arn:aws:iam::111122223333:user/me of account 111122223333',
    expected: 'somebody of account 123456789012',
  });
});
