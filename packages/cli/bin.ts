#!/usr/bin/env node
import { join } from 'node:path';
import process from 'node:process';
import { program } from './program.ts';
import type { Terminal } from './terminal.ts';

/** The bundle runs wherever Node.js is; an older one would end in a stack. */
const OLDEST_NODE = 22;
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(`bitclouded needs Node.js ${OLDEST_NODE} or newer; this is ${process.versions.node}\n`);
  process.exit(2);
}

const columnsOf = (stream: NodeJS.WriteStream): number => (stream.isTTY ? stream.columns : 0);
const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isResultSeen: columnsOf(process.stdout) > 0 && !process.env.NO_COLOR,
  resultColumns: columnsOf(process.stdout) || undefined,
  progressColumns: columnsOf(process.stderr),
};
// The first Ctrl-C ends the work in order, the second at once.
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
// `| head` closes the pipe: there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await program(process.argv.slice(2), {
  terminal,
  cwd: process.cwd(),
  today: new Date().toISOString().slice(0, 10),
  interrupted: interrupted.signal,
  // The bundle knows its standards and looks into no folder.
  rulesFolder: join(import.meta.dirname, '../standards/rules'),
});
