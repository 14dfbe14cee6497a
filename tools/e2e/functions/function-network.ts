import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What functions reach in their VPC. */
export interface FunctionNetwork {
  /** Where a server really listens, by the `<host>:<port>` that functions know. */
  readonly routes: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  /** A PEM file in the place of the runtime's `/var/runtime/ca-cert.pem`, which has the authorities of Amazon RDS. */
  readonly databaseAuthorities?: string;
}

/** Tells the functions that start from now on. @param file as the stand-in was started with */
export function writeFunctionNetwork(file: string, network: FunctionNetwork): void {
  writeFileSync(file, JSON.stringify(network));
}

/** The environment by which every Node.js program that a server starts reads the file. @param tools folder of the end-to-end tools */
export function functionNetworkEnvironment(tools: string, file: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=${join(tools, 'functions/vpc-preload.ts')}`, FUNCTION_NETWORK: file };
}
