/*
 * A program of tests, loaded before another one: names below `localhost` are this machine's, as RFC 6761 has it, and
 * every https address leads to the front, which answers for the web.
 */
import dns from 'node:dns';

const lookup = dns.lookup as (name: string, ...rest: unknown[]) => void;
dns.lookup = ((name: string, ...rest: unknown[]) =>
  lookup(name.endsWith('.localhost') ? '127.0.0.1' : name, ...rest)) as typeof dns.lookup;

const ask = globalThis.fetch;
globalThis.fetch = (address, init) =>
  String(address).startsWith('https:')
    ? ask(process.env.FRONT_OF_THE_WEB!, { ...init, headers: { 'x-of-the-web': String(address) } })
    : ask(address, init);
