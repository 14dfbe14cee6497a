export * from './addresses.ts';
export { type BuildRecord, buildRecord } from './build-record.ts';
export * from './document-error.ts';
export * from './fault-error.ts';
export {
  type AwsHost,
  defineConfig,
  type FolderHost,
  type Host,
  type HostsConfig,
  parseHosts,
  partitionOf,
} from './host.ts';
export { type ImageLock, imageLock } from './image-lock.ts';
export * from './interface.ts';
export * from './json-schemas.ts';
export * from './manifest.ts';
export * from './parse-document.ts';
export { type Bump, type Plan, plan } from './plan.ts';
export { templateName, type UnitKind, unitKind, unitName } from './primitives.ts';
export * from './release-index.ts';
export { type FoundSecret, secretsIn } from './secrets.ts';
export { type Seen, seen } from './seen.ts';
export * from './serialise.ts';
export { type Verification, verification } from './verification.ts';
