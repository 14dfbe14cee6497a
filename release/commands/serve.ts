import { ReleaseError } from '../release-error.ts';
import { serve } from '../serve/serve.ts';
import type { CommandContext, Outcome } from './command.ts';

/** Shows a folder host until it is interrupted. */
export async function serveCommand(context: CommandContext, port: string | undefined): Promise<Outcome> {
  const { host, signal, output } = context;
  const destination = context.destination();
  const configured = host.kind === 'folder' ? Number(new URL(host.address).port || 80) : 0;
  const wanted = port === undefined ? configured : portOf(port);
  const server = await serve(host, destination, wanted);
  output(`Serving ${destination.name} on http://127.0.0.1:${server.port}/ (Ctrl-C ends it)`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.close();
  return { document: { port: server.port }, lines: [] };
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new ReleaseError({
    code: 'port-invalid',
    where: '--port',
    received: text,
    expected: 'a number from 0 to 65535',
    remedy: 'name another port',
  });
}
