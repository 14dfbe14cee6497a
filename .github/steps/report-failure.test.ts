import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reportFailure, TITLE } from './report-failure.ts';

/** A double of GitHub's API for issues: what was asked of it, and the issues that it knows. */
async function withGitHub(
  open: readonly { number: number; title: string }[],
  work: (api: string, asked: { request: string; body: unknown }[]) => Promise<void>,
  status = 200,
): Promise<void> {
  const asked: { request: string; body: unknown }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const text = Buffer.concat(await incoming.toArray()).toString();
    expect(incoming.headers.authorization).toBe('Bearer t0ken');
    asked.push({ request: `${incoming.method} ${incoming.url}`, body: text === '' ? undefined : JSON.parse(text) });
    outgoing.statusCode = status;
    if (status !== 200) outgoing.end('{"message":"Issues has been disabled in this repository."}');
    else outgoing.end(JSON.stringify(incoming.method === 'GET' ? open : { number: 8 }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const runUrl = 'https://github.com/acme/templates/actions/runs/1';
const report = (api: string) =>
  reportFailure({ api, repository: 'acme/templates', token: 't0ken', runUrl }, new AbortController().signal);

it('opens an issue that leads to the run', () =>
  withGitHub([{ number: 7, title: 'Something else' }], async (api, asked) => {
    expect(await report(api)).toBe('Opened issue 8');
    expect(asked[0]!.request).toBe(
      'GET /repos/acme/templates/issues?state=open&creator=github-actions%5Bbot%5D&per_page=100',
    );
    expect(asked[1]).toEqual({
      request: 'POST /repos/acme/templates/issues',
      body: { title: TITLE, body: expect.stringContaining(runUrl) },
    });
  }));

it('comments on the issue that is open already', () =>
  withGitHub([{ number: 7, title: TITLE }], async (api, asked) => {
    expect(await report(api)).toBe('Commented on issue 7');
    expect(asked.slice(1)).toEqual([
      { request: 'POST /repos/acme/templates/issues/7/comments', body: { body: `Again: ${runUrl}` } },
    ]);
  }));

it('says what GitHub said where it is refused', () =>
  withGitHub(
    [],
    async (api) => {
      await expect(report(api)).rejects.toMatchObject({
        code: 'github-refused',
        message: expect.stringContaining('410: {"message":"Issues has been disabled'),
      });
    },
    410,
  ));
