import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry that lists referrers by itself, as ECR does and Docker's own, in the version that Debian has, does not. */
export interface ReferrersRegistry {
  /** `127.0.0.1:<port>`. */
  readonly name: string;
  stop(): Promise<void>;
}

const INDEX = 'application/vnd.oci.image.index.v1+json';

/**
 * Stands before a registry, hands every request on, and notes the subject of each manifest that comes by.
 * Source: OCI Distribution Specification, "Listing Referrers".
 * @param forgets whether it lists nothing of what it took
 */
export async function startReferrersRegistry(endpoint: string, forgets = false): Promise<ReferrersRegistry> {
  const referrers = new Map<string, object[]>();
  const server = createServer(async (request, answer) => {
    const url = request.url ?? '';
    const [, subject] = /\/referrers\/(sha256:[0-9a-f]{64})$/.exec(url) ?? [];
    if (subject !== undefined) {
      const manifests = forgets ? [] : (referrers.get(subject) ?? []);
      answer.setHeader('content-type', INDEX);
      return void answer.end(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }));
    }
    const body = Buffer.concat(await request.toArray());
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...headers } = request.headers;
    const given = await fetch(`${endpoint}${url}`, {
      method: request.method!,
      headers: headers as Record<string, string>,
      ...(body.byteLength > 0 && { body }),
      redirect: 'manual',
    });
    if (request.method === 'PUT' && url.includes('/manifests/') && given.ok) note(referrers, body);
    answer.statusCode = given.status;
    // Uploads go on here, and not past this registry.
    for (const [key, value] of given.headers)
      answer.setHeader(key, key === 'location' ? value.replace(endpoint, `http://${request.headers.host}`) : value);
    answer.end(Buffer.from(await given.arrayBuffer()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { name: `127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => stopped(server) };
}

function note(referrers: Map<string, object[]>, bytes: Buffer): void {
  const { mediaType, artifactType, subject } = JSON.parse(bytes.toString());
  if (subject === undefined) return;
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const described = { mediaType, digest, size: bytes.byteLength, artifactType };
  referrers.set(subject.digest, [...(referrers.get(subject.digest) ?? []), described]);
}

async function stopped(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
