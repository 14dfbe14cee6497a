import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findPaths } from '../paths.ts';
import { databaseProgram } from './programs.ts';

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

it.each(['postgres', 'mariadb'])('a server of %s ends with the process that started it', async (kind) => {
  const program = `
    import { startDatabaseServer } from './tools/e2e/databases/database-server.ts';
    import { ${kind}Server } from './tools/e2e/databases/${kind}-server.ts';
    const { port, caFile } = await startDatabaseServer(${kind}Server);
    console.log(JSON.stringify({ port, caFile }));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: findPaths().repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const { port, caFile } = JSON.parse(line.toString()) as { port: number; caFile: string };
  expect(await isListening(port)).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  for (let tries = 0; tries < 100 && (await isListening(port)); tries++) await wait(50);
  expect(await isListening(port)).toBe(false);
  await rm(dirname(caFile), { recursive: true, force: true, maxRetries: 5 });
});

it('names the packages of what is missing', () => {
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    expect(() => databaseProgram('openssl')).toThrow(/tool-missing[\s\S]+apt-get install .*openssl/);
  } finally {
    process.env.PATH = path;
  }
});
