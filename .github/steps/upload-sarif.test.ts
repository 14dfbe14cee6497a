import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { uploadSarif } from './upload-sarif.ts';

interface Asked {
  readonly request: string;
  readonly token: string | undefined;
  readonly body: { readonly commit_sha: string; readonly ref: string; readonly sarif: string };
}

/** Uploads two files to a double of GitHub's API: what was asked of it. */
async function upload(status: number): Promise<{ files: readonly string[]; asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const body = JSON.parse(Buffer.concat(await incoming.toArray()).toString());
    asked.push({ request: `${incoming.method} ${incoming.url}`, token: incoming.headers.authorization, body });
    outgoing.statusCode = status;
    outgoing.end('{"message":"Advanced Security must be enabled"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'bitclouded-sarif-'));
  try {
    for (const name of ['b', 'a']) await writeFile(join(folder, `${name}.sarif`), `{"runs":["${name}"]}`);
    await writeFile(join(folder, 'notes.txt'), '');
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const commit = { api, repository: 'acme/templates', token: 't0ken', commit: 'c0ffee', ref: 'refs/heads/main' };
    return { files: await uploadSarif(folder, commit, new AbortController().signal), asked };
  } finally {
    await rm(folder, { recursive: true });
    server.closeAllConnections();
    server.close();
  }
}

it('hands every file over, with its commit and branch', async () => {
  const { files, asked } = await upload(202);
  expect(files).toEqual(['a.sarif', 'b.sarif']);
  for (const { request, token, body } of asked) {
    expect([request, token]).toEqual(['POST /repos/acme/templates/code-scanning/sarifs', 'Bearer t0ken']);
    expect(body).toMatchObject({ commit_sha: 'c0ffee', ref: 'refs/heads/main' });
  }
  const texts = asked.map(({ body }) => gunzipSync(Buffer.from(body.sarif, 'base64')).toString());
  expect(texts).toEqual(['{"runs":["a"]}', '{"runs":["b"]}']);
});

it('says what GitHub said where it is refused', async () => {
  await expect(upload(403)).rejects.toMatchObject({
    code: 'github-refused',
    message: expect.stringContaining('Advanced Security must be enabled'),
  });
});

it('has nothing to hand over where nothing was scanned', async () => {
  const commit = { api: 'http://127.0.0.1:1', repository: 'a/b', token: '', commit: '', ref: '' };
  expect(await uploadSarif('/nowhere', commit, new AbortController().signal)).toEqual([]);
});
