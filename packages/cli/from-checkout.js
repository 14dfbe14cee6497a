#!/usr/bin/env node
/**
 * Runs the command from a checkout in which nobody has installed anything, as pre-commit and GitHub make one. The first
 * time it installs the command's own packages, by the lockfile; programs of packages are not run.
 * JavaScript, for it is to say so where Node.js is too old for TypeScript.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const OLDEST_NODE = 24;
const REFUSED = 2;
const INSTALL = ['ci', '--workspace', 'packages/cli', '--omit', 'dev', '--ignore-scripts', '--no-audit', '--no-fund'];

const repository = join(import.meta.dirname, '../..');
// npm writes it last: an install that was interrupted is done again.
const isInstalled = () => existsSync(join(repository, 'node_modules/.package-lock.json'));

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE)
  refuse(`bitclouded needs Node.js ${OLDEST_NODE} here; this is ${process.versions.node}`);
else if (isInstalled() || install()) await import('./bin.ts');

function install() {
  const { status, error } = spawnSync('npm', [...INSTALL, '--loglevel', 'error'], {
    cwd: repository,
    // The result of the command is to stand alone on stdout.
    stdio: ['ignore', 2, 2],
    // npm is a script of the shell there.
    shell: process.platform === 'win32',
  });
  if (status === 0) return true;
  refuse(`npm could not install the packages of bitclouded: ${error?.message ?? `it ended with ${status}`}`);
  return false;
}

/** @param {string} reason */
function refuse(reason) {
  console.error(reason);
  process.exitCode = REFUSED;
}
