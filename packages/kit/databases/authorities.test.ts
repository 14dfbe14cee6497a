import { authoritiesOf } from './authorities.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n';
function missing(): Promise<string> {
  return Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }));
}

it('reads the file that the environment names', async () => {
  const read = async (file: string) => (file === '/var/runtime/ca-cert.pem' ? PEM : '');
  await expect(authoritiesOf({ DATABASE_CA_FILE: '/var/runtime/ca-cert.pem' }, read)).resolves.toBe(PEM);
});

it.each<[string, NodeJS.ProcessEnv, () => Promise<string>, string]>([
  ['the variable is missing', {}, async () => PEM, 'nothing'],
  ['the file is missing', { DATABASE_CA_FILE: '/a' }, missing, '/a, which is not there'],
  ['the file holds no certificate', { DATABASE_CA_FILE: '/a' }, async () => '', '/a, without a certificate'],
])('says that %s', async (_, environment, read, received) => {
  await expect(authoritiesOf(environment, read)).rejects.toMatchObject({
    faults: [{ code: 'no-authorities', where: 'DATABASE_CA_FILE', received }],
  });
});

it('lets other failures be what they are', async () => {
  const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
  await expect(authoritiesOf({ DATABASE_CA_FILE: '/a' }, () => Promise.reject(denied))).rejects.toBe(denied);
});
