import { existsSync, readFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import net, { type Socket } from 'node:net';
import type { FunctionNetwork } from './function-network.ts';

/** What the runtime brings with the authorities of Amazon RDS. */
const AUTHORITIES = '/var/runtime/ca-cert.pem';

/**
 * Loaded by Node.js before the functions of the stand-in: connections to servers of the VPC go to those that the test
 * has started, under the names that stacks know. Certificates are held against these names.
 */
const file = process.env.FUNCTION_NETWORK;
if (file !== undefined && existsSync(file)) {
  const { routes, databaseAuthorities } = JSON.parse(readFileSync(file, 'utf8')) as FunctionNetwork;
  routeConnections(routes);
  if (databaseAuthorities !== undefined) bringAuthorities(databaseAuthorities);
}

function routeConnections(routes: FunctionNetwork['routes']): void {
  const connect = net.Socket.prototype.connect as (this: Socket, ...args: unknown[]) => Socket;
  net.Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
    // `net.connect` hands on what it has made of its arguments: a list of options and listener.
    const given = Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
    const options = typeof given[0] === 'object' ? (given[0] as object) : { port: given[0], host: given[1] };
    const { host, port } = options as { host?: string; port?: number };
    const route = routes[`${host}:${port}`];
    if (route === undefined) return connect.apply(this, args);
    const listener = given.find((each) => typeof each === 'function');
    return connect.call(this, { ...options, ...route }, listener);
  } as typeof net.Socket.prototype.connect;
}

function bringAuthorities(path: string): void {
  const readFile = promises.readFile as (name: unknown, ...rest: unknown[]) => Promise<unknown>;
  promises.readFile = ((name: unknown, ...rest: unknown[]) =>
    readFile(name === AUTHORITIES ? path : name, ...rest)) as typeof promises.readFile;
  syncBuiltinESMExports();
}
