import { once } from 'node:events';
import { createServer } from 'node:net';
import { E2eError } from './e2e-error.ts';

/**
 * A port of 127.0.0.1 that nobody listens on.
 * @throws E2eError `server-failed` when there is none
 */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address !== null && typeof address === 'object') return address.port;
  throw new E2eError({
    code: 'server-failed',
    where: '127.0.0.1',
    received: 'no free port',
    expected: 'a port to listen on',
    remedy: 'end what holds all of them',
  });
}
