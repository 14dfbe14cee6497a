import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry that has every image by its digest. */
export interface CompleteRegistry {
  /** `127.0.0.1:<port>/example`, as a host's configuration has it. */
  readonly name: string;
  stop(): Promise<void>;
}

/** For releases of images that nobody built: it says of each digest that it is there, and holds nothing. */
export async function startCompleteRegistry(): Promise<CompleteRegistry> {
  const server = createServer(({ method, url = '' }, answer) => {
    const [digest] = /sha256:[0-9a-f]{64}$/.exec(url) ?? [];
    const found = method === 'HEAD' && digest !== undefined;
    answer.writeHead(found ? 200 : 404, found ? { 'docker-content-digest': digest } : {}).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    name: `127.0.0.1:${(server.address() as AddressInfo).port}/example`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
