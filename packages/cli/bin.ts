#!/usr/bin/env node
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { program } from './program.ts';
import type { Terminal } from './terminal.ts';

const isSeen = (stream: NodeJS.WriteStream): boolean => stream.isTTY && stream.columns > 0;
const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isResultSeen: isSeen(process.stdout) && !process.env.NO_COLOR,
  isProgressSeen: isSeen(process.stderr),
};
// `| head` closes the pipe: there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await program(process.argv.slice(2), {
  terminal,
  cwd: process.cwd(),
  today: new Date().toISOString().slice(0, 10),
  rulesFolder: fileURLToPath(new URL('rules/', import.meta.resolve('@bitclouded/standards'))),
});
